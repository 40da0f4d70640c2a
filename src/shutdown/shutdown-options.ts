import type { Health } from "../contract/health.ts";
import {
  BOOLEAN,
  FUNCTION,
  millisecondsOrZero,
  oneOf,
  RECORD,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import type { ClosableServer } from "./closable-servers.ts";
import type { DrainSettings } from "./drain-state.ts";
import type { Hooks } from "./hooks.ts";
import { MAX_FAILED_PROBES } from "./probers.ts";
import { isSignal } from "./process-signals.ts";

/** The rules for the end of a drain; times are milliseconds, and 0 or at least 100. */
export interface DrainOptions {
  /**
   * The shortest time that the listener stays open after the signal. The default is `max` where that is
   * less, and none without servers; more than `max` is an error.
   *
   * @default 5000 in Kubernetes, 0 elsewhere
   */
  min?: number | undefined;
  /**
   * The milliseconds for which no new request must have come. `"auto"` follows the traffic of the last minute: 250 ms for
   * a steady stream of requests, 2 s for a few. More than `max` is an error.
   *
   * @default "auto"
   */
  quiet?: number | "auto" | undefined;
  /**
   * The longest time that the listener stays open after the signal.
   *
   * @default 15000
   */
  max?: number | undefined;
  /**
   * Outside of Kubernetes, how many 503s each prober of the last minute must have received.
   *
   * @default 3
   */
  failedProbes?: number | undefined;
}

/** The options of {@link gracefulShutdown}. Times are milliseconds, and 0 or at least 100. */
export interface ShutdownOptions {
  /** The health that `createHealth` returned. */
  health: Health;
  /**
   * The servers to close: of `node:http`, `node:https` or `node:http2`; Fastify and Nest apps, which are
   * closed themselves after their server; Nest microservices and application contexts; servers of `ws`, Socket.IO and engine.io;
   * what `useServer()` of graphql-ws returned; and what `listen()` and `listenHaproxyAgent()` resolved to, which is closed last.
   *
   * @default none
   */
  servers?: readonly ClosableServer[] | undefined;
  /**
   * Stops taking work: called at once, all together.
   *
   * @default none
   */
  onDrain?: Hooks | undefined;
  /**
   * Ends streams, sockets and subscriptions: called once the ports are closed, all together.
   *
   * @default none
   */
  onStop?: Hooks | undefined;
  /**
   * Gives up what requests need: called after the last of them, one after another, the last one first.
   *
   * @default none
   */
  onClose?: Hooks | undefined;
  /**
   * The rules for the end of the drain.
   *
   * @default the defaults of each
   */
  drain?: DrainOptions | undefined;
  /**
   * The milliseconds that requests in flight may take once the drain is over and the ports are closed.
   *
   * @default 10000
   */
  requestTimeout?: number | undefined;
  /**
   * The milliseconds that each hook may take; its `signal` aborts then.
   *
   * @default 5000
   */
  hookTimeout?: number | undefined;
  /**
   * The signals that begin the shutdown.
   *
   * @default ["SIGTERM", "SIGINT"]
   */
  signals?: readonly string[] | undefined;
  /**
   * `"drain"` for a short shutdown after an uncaught exception; without it, Node ends the process.
   *
   * @default none
   */
  fatal?: "drain" | undefined;
  /**
   * Whether the process is ended.
   *
   * @default true
   */
  exit?: boolean | undefined;
}

/**
 * The options with their defaults.
 *
 * @internal
 */
export interface ShutdownSettings {
  readonly onDrain: Hooks | undefined;
  readonly onStop: Hooks | undefined;
  readonly onClose: Hooks | undefined;
  readonly drain: DrainSettings;
  readonly requestTimeout: number;
  readonly hookTimeout: number;
  readonly signals: readonly string[];
  readonly fatal: boolean;
  readonly exit: boolean;
}

const OWNER = "gracefulShutdown()";

const LIST: Rule = { expected: "a list", accepts: Array.isArray };

const HOOKS: Rule = {
  expected: "a function, a list of functions, or an object of them",
  accepts: (value) => [FUNCTION, LIST, RECORD].some((rule) => rule.accepts(value)),
};

const TIME = millisecondsOrZero(100);

const RULES: Rules<ShutdownOptions> = {
  health: { expected: "what createHealth() returns", accepts: (value) => value !== undefined },
  servers: LIST,
  onDrain: HOOKS,
  onStop: HOOKS,
  onClose: HOOKS,
  drain: RECORD,
  requestTimeout: TIME,
  hookTimeout: TIME,
  signals: {
    expected: "a list of one or more names of signals",
    accepts: (value) => Array.isArray(value) && value.length > 0,
  },
  fatal: oneOf(["drain"]),
  exit: BOOLEAN,
};

const SIGNAL: Rule = {
  words: [],
  expected: 'the name of a signal that can be listened to, such as "SIGTERM"',
  accepts: isSignal,
};

const DRAIN_RULES: Rules<DrainOptions> = {
  min: TIME,
  quiet: {
    ...TIME,
    expected: `"auto", ${TIME.expected}`,
    accepts: (value) => value === "auto" || TIME.accepts(value),
  },
  max: TIME,
  failedProbes: wholeNumber(0, MAX_FAILED_PROBES),
};

/**
 * Validates the options, and gives those that are absent their defaults.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 *
 * @internal
 */
export function shutdownSettings(options: ShutdownOptions): ShutdownSettings {
  validateOptions(OWNER, options, RULES);
  const { signals = ["SIGTERM", "SIGINT"], fatal } = options;
  requireHooks("onDrain", options.onDrain);
  requireHooks("onStop", options.onStop);
  requireHooks("onClose", options.onClose);
  requireSignals(signals);
  return {
    onDrain: options.onDrain,
    onStop: options.onStop,
    onClose: options.onClose,
    drain: drainSettings(options.drain ?? {}),
    requestTimeout: options.requestTimeout ?? 10_000,
    hookTimeout: options.hookTimeout ?? 5000,
    signals,
    fatal: fatal === "drain",
    exit: options.exit ?? true,
  };
}

function drainSettings(options: DrainOptions): DrainSettings {
  validateOptions("drain", options, DRAIN_RULES);
  const { min, quiet = "auto", max = 15_000, failedProbes = 3 } = options;
  const rule: Rule = {
    expected: `${max}, which is "max", or less`,
    accepts: (value) => typeof value !== "number" || value <= max,
  };
  requireOption("drain", "min", min, rule);
  requireOption("drain", "quiet", quiet, rule);
  return { min, quiet, max, failedProbes };
}

/** Each hook is looked at for itself, so that the error says which. */
function requireHooks(option: string, hooks: Hooks | undefined): void {
  if (hooks === undefined || typeof hooks === "function") return;
  const isList = Array.isArray(hooks);
  for (const [key, hook] of Object.entries(hooks)) {
    requireOption(OWNER, `${option}${isList ? `[${key}]` : `.${key}`}`, hook, FUNCTION);
  }
}

function requireSignals(signals: readonly string[]): void {
  signals.forEach((signal, index) => {
    const option = `signals[${index}]`;
    requireOption(OWNER, option, signal, SIGNAL);
    requireOption(OWNER, option, signal, {
      expected: "another one than those before it",
      accepts: () => signals.indexOf(signal) === index,
    });
  });
}
