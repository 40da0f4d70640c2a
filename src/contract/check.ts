import type { CheckOptions } from "./check-options.ts";
import { hasBrand } from "./errors.ts";
import { CHECK_OPTION_RULES, FUNCTION, oneOf, requireOption, validateOptions } from "./options.ts";

export type { CheckOptions } from "./check-options.ts";

/** The status of one finished run: `up`, `degraded` or `down`. */
export type OutcomeStatus = "up" | "degraded" | "down";

/** The status of a check; `unknown` while it has no recent result. */
export type Status = OutcomeStatus | "unknown";

/**
 * The subject of a check: this process alone, or a dependency. By default only checks of the process take
 * part in liveness, because a restart does not repair a dependency.
 */
export type Scope = "process" | "dependency";

/** One figure that a run observed, such as a response time or the length of a queue. */
export interface Observation {
  readonly value: number | string | boolean;
  /** The unit of the value, such as `ms`, `bytes` or `connections`. */
  readonly unit?: string;
}

/** The result of one finished run. */
export interface Outcome {
  readonly status: OutcomeStatus;
  /** A sentence for operators. Credentials are removed before it is stored. */
  readonly reason?: string | undefined;
  /** A stable code of the reason: hale's, such as `HALE_TIMEOUT`, or the driver's, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  readonly observations?: Readonly<Record<string, Observation>> | undefined;
}

/** The argument of a run. */
export interface RunContext {
  /**
   * Aborts when the run's `timeout` has passed. A run that listens can free its resources; a run that
   * does not settle is written off.
   */
  readonly signal: AbortSignal;
}

/**
 * One execution of a check. Throwing is down, and so is returning what should itself have been registered: a client, a
 * check, a group or a function. The return value is read in this order:
 *
 * 1. `false`, or an object whose `ok` or `healthy` is a boolean, such as a `Response` of `fetch`: that is
 *    the verdict.
 * 2. A text, returned or in `status`, in any case: `up`, `ok`, `healthy`, `pass`, `passing`, `green` and
 *    `serving` are up; `degraded`, `warn`, `warning` and `yellow` are degraded; `down`, `fail`, `failed`,
 *    `error`, `unhealthy`, `red`, `critical` and `not_serving` are down. Another text in `status` is down.
 * 3. A number from 100 to 599 in `status` is an HTTP status: up below 400, else down.
 * 4. An object with a truthy `error` is down.
 * 5. A list with an entry of `Promise.allSettled` that was rejected is down.
 * 6. Everything else is up.
 *
 * `reason`, `message` or `error` of an object is the reason; `code` and `observations` are taken too.
 */
export type Run = (context: RunContext) => unknown;

/** The definition of a check: its run and its options. */
export interface CheckDefinition extends CheckOptions {
  readonly scope: Scope;
  readonly run: Run;
  /** Frees the resources that the check itself opened; `health.close()` calls it once. */
  readonly close?: (() => unknown) | undefined;
}

const CHECK = Symbol.for("hale.check/1");

/** A check, made by {@link defineCheck} or by a function of `hale/checks`. */
export interface Check {
  readonly scope: Scope;
  readonly run: Run;
  readonly close?: (() => unknown) | undefined;
  readonly options: Readonly<CheckOptions>;
  /**
   * Prepares a run, before the first one and again after a failure. Its time does not count as a run's.
   *
   * @internal
   */
  readonly prepare?: (() => Promise<unknown>) | undefined;
}

const DEFINITION_RULES = {
  scope: oneOf(["process", "dependency"]),
  run: FUNCTION,
  close: FUNCTION,
  ...CHECK_OPTION_RULES,
};

/**
 * Makes a check. `run` returns when its subject is up and throws when it is down. The engine enforces the
 * timeout, shares runs and counts failures. `createHealth` refuses options that contradict each other.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth, defineCheck } from "hale";
 *
 * const heap = defineCheck({
 *   scope: "process",
 *   run() {
 *     if (process.memoryUsage().heapUsed > 1e9) throw new Error("The heap is over 1 GB.");
 *   },
 * });
 * const health = createHealth({ checks: { heap } });
 * ```
 */
export function defineCheck(definition: CheckDefinition): Check {
  validateDefinition("defineCheck()", definition);
  const { scope, run, close, ...options } = definition;
  return brandCheck({ scope, run, close, options: Object.freeze(options) });
}

/**
 * Refuses a definition that is incomplete, or has an option that breaks its rule.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function validateDefinition(owner: string, definition: CheckDefinition): void {
  validateOptions(owner, definition, DEFINITION_RULES);
  requireOption(owner, "scope", definition.scope, DEFINITION_RULES.scope);
  requireOption(owner, "run", definition.run, FUNCTION);
}

/** Makes a check of its properties. */
export function brandCheck(check: Check): Check {
  return Object.freeze({ [CHECK]: true, ...check });
}

/** Whether a value was made by {@link defineCheck}, of this or another copy of the package. */
export function isCheck(value: unknown): value is Check {
  return hasBrand(value, CHECK);
}
