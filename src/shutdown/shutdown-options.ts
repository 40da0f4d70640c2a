import type { Health } from "../contract/health.ts";
import {
  BOOLEAN,
  FUNCTION,
  milliseconds,
  oneOf,
  RECORD,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import type { ClosableServer } from "./closable-servers.ts";
import type { DrainSettings } from "./drain-decision.ts";
import type { Hooks } from "./hooks.ts";
import { MOST_TOLD } from "./probers.ts";
import { isSignal } from "./process-signals.ts";

/** When a drain is over; times are milliseconds. */
export interface DrainOptions {
  /**
   * In Kubernetes, the shortest time that the listener stays open after the signal. By default that is
   * `max` where `max` is less, and nothing without servers; more than `max` is an error.
   *
   * @default 5000
   */
  min?: number | undefined;
  /**
   * How long no new request must have come. By default that is `max` where `max` is less; more than
   * `max` is an error.
   *
   * @default 2000
   */
  quiet?: number | undefined;
  /**
   * The longest time that the listener stays open after the signal.
   *
   * @default 15000
   */
  max?: number | undefined;
  /**
   * Outside of Kubernetes, how many 503s each prober of the last minute must have been given.
   *
   * @default 3
   */
  failedProbes?: number | undefined;
}

/** What {@link gracefulShutdown} takes. Times are milliseconds. */
export interface ShutdownOptions {
  /** What `createHealth` returned. */
  health: Health;
  /**
   * The servers to close: of `node:http`, `node:https` or `node:http2`, applications of Fastify or
   * Nest, servers of `ws`, and what `listen()` and `listenHaproxyAgent()` resolved to, which is closed last.
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
   * Gives up what requests need: called after the last of them, one after another, the last one first.
   *
   * @default none
   */
  onClose?: Hooks | undefined;
  /**
   * When the drain is over.
   *
   * @default the defaults of each
   */
  drain?: DrainOptions | undefined;
  /**
   * How long requests in flight may take once the drain is over.
   *
   * @default 10000
   */
  requestTimeout?: number | undefined;
  /**
   * How long each hook may take.
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
   * `"drain"` for a short shutdown where nobody has caught an error; without it, Node ends the process.
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

/** The options with their defaults. */
export interface ShutdownSettings {
  readonly onDrain: Hooks | undefined;
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

const RULES: Rules<ShutdownOptions> = {
  health: { expected: "what createHealth() returns", accepts: (value) => value !== undefined },
  servers: LIST,
  onDrain: HOOKS,
  onClose: HOOKS,
  drain: RECORD,
  requestTimeout: milliseconds(0),
  hookTimeout: milliseconds(1),
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
  min: milliseconds(0),
  quiet: milliseconds(0),
  max: milliseconds(0),
  failedProbes: wholeNumber(0, MOST_TOLD),
};

/**
 * Judges the options, and gives those that are absent their defaults.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function shutdownSettings(options: ShutdownOptions): ShutdownSettings {
  validateOptions(OWNER, options, RULES);
  const { signals = ["SIGTERM", "SIGINT"], fatal } = options;
  requireHooks("onDrain", options.onDrain);
  requireHooks("onClose", options.onClose);
  requireSignals(signals);
  return {
    onDrain: options.onDrain,
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
  const { max = 15_000, failedProbes = 3 } = options;
  const { min = Math.min(5000, max), quiet = Math.min(2000, max) } = options;
  const rule: Rule = {
    expected: `${max}, which is "max", or less`,
    accepts: (value) => (value as number) <= max,
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
