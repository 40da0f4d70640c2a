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
import type { DrainSettings } from "./drain-rule.ts";
import type { Hook, Hooks } from "./hooks.ts";
import { MOST_TOLD } from "./probers.ts";
import type { Served } from "./served.ts";
import { isSignal } from "./signals.ts";

/** When a drain is over; times are milliseconds. */
export interface DrainOptions {
  /**
   * In Kubernetes, the shortest time that the listener stays open after the signal; `max` at most.
   *
   * @default 5000
   */
  min?: number | undefined;
  /**
   * How long no new request must have come.
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
  told?: number | undefined;
}

/** What {@link gracefulShutdown} takes. Times are milliseconds. */
export interface ShutdownOptions {
  /** What `createHealth` returned. */
  health: Health;
  /**
   * The servers to close: of `node:http`, `node:https` or `node:http2`, applications of Fastify or
   * Nest, servers of `ws`, and what `listen()` resolved to, which is closed last.
   *
   * @default none
   */
  servers?: readonly Served[] | undefined;
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

const HOOKS: Rule = {
  expected: "a function, a list of functions, or an object of them",
  accepts: (value) =>
    FUNCTION.accepts(value) ||
    (Array.isArray(value) && value.every(FUNCTION.accepts)) ||
    (RECORD.accepts(value) && Object.values(value as Record<string, Hook>).every(FUNCTION.accepts)),
};

const LIST: Rule = { expected: "a list", accepts: Array.isArray };

const RULES: Rules<ShutdownOptions> = {
  health: { expected: "what createHealth() returns", accepts: (value) => value !== undefined },
  servers: LIST,
  onDrain: HOOKS,
  onClose: HOOKS,
  drain: RECORD,
  requestTimeout: milliseconds(0),
  hookTimeout: milliseconds(1),
  signals: {
    expected: "a list of names of signals without repetitions",
    accepts: (value) =>
      Array.isArray(value) && value.every(isSignal) && new Set(value).size === value.length,
  },
  fatal: oneOf(["drain"]),
  exit: BOOLEAN,
};

const DRAIN_RULES: Rules<DrainOptions> = {
  min: milliseconds(0),
  quiet: milliseconds(0),
  max: milliseconds(0),
  told: wholeNumber(0, MOST_TOLD),
};

/**
 * Judges the options, and gives those that are absent their defaults.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function shutdownSettings(options: ShutdownOptions): ShutdownSettings {
  validateOptions(OWNER, options, RULES);
  validateOptions("drain", options.drain ?? {}, DRAIN_RULES);
  const { quiet = 2000, max = 15_000, told = 3 } = options.drain ?? {};
  const { min = Math.min(5000, max) } = options.drain ?? {};
  requireOption("drain", "min", min, {
    expected: `${max}, which is "max", or less`,
    accepts: () => min <= max,
  });
  return {
    onDrain: options.onDrain,
    onClose: options.onClose,
    drain: { min, quiet, max, told },
    requestTimeout: options.requestTimeout ?? 10_000,
    hookTimeout: options.hookTimeout ?? 5000,
    signals: options.signals ?? ["SIGTERM", "SIGINT"],
    fatal: options.fatal === "drain",
    exit: options.exit ?? true,
  };
}
