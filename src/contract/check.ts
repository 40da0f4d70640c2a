import type { Probe } from "./probe.ts";

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
 * One execution of a check. Throwing is down. The return value is read in this order:
 *
 * 1. `false`, or an object whose `ok` or `healthy` is a boolean, such as a `Response` of `fetch`: that is
 *    the verdict.
 * 2. A text, returned or in `status`, in any case: `up`, `ok`, `healthy`, `pass`, `passing`, `green` and
 *    `serving` are up; `degraded`, `warn`, `warning` and `yellow` are degraded; `down`, `fail`, `failed`,
 *    `error`, `unhealthy`, `red`, `critical` and `not_serving` are down. Another text in `status` is down.
 * 3. A number from 100 to 599 in `status` is an HTTP status: up below 400, else down.
 * 4. An object with a truthy `error` is down.
 * 5. Everything else is up.
 *
 * `reason`, `message` or `error` of an object is the reason; `code` and `observations` are taken too.
 */
export type Run = (context: RunContext) => unknown;

/** The options of one check. Times are milliseconds. */
export interface CheckOptions {
  /**
   * Milliseconds that one run may take before it counts as down, at least 50. At most the `deadline`
   * less 100, unless the check has an `interval`.
   *
   * @default 500
   */
  timeout?: number | undefined;
  /**
   * Milliseconds, from the start of its run, for which a result is reused: at least 100, or 0 for never.
   * Not together with `interval`, whose results are always reused.
   *
   * @default 1000
   */
  maxAge?: number | undefined;
  /**
   * Milliseconds between runs in the background, at least 100, with 10 % of jitter. Without it, the check
   * runs when a probe request needs a result.
   *
   * @default none
   */
  interval?: number | undefined;
  /**
   * Consecutive runs that must be down before the state becomes down.
   *
   * @default 1
   */
  failureThreshold?: number | undefined;
  /**
   * Consecutive runs that must be up or degraded before a down state ends.
   *
   * @default 1
   */
  successThreshold?: number | undefined;
  /**
   * Whether readiness and deep fail when the check is down. `false`: they degrade.
   *
   * @default true
   */
  critical?: boolean | undefined;
  /**
   * Whether all replicas share this dependency. Once it was up in this process, its failure then degrades
   * readiness instead of removing every replica from the load balancer.
   *
   * @default false
   */
  shared?: boolean | undefined;
  /**
   * The probes in which the check takes part.
   *
   * @default liveness (scope `process` alone), readiness and deep
   */
  probes?: readonly Probe[] | undefined;
  /**
   * Milliseconds for which the check must be down without a break, since it was last up in this
   * process, before liveness fails: at least 10,000. Up to 50 % is added at random, so that replicas do
   * not restart together. Adds the check to liveness when `probes` is not given. Requires `critical`.
   *
   * @default none
   */
  restartAfter?: number | undefined;
}

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

/**
 * Makes a check. `run` returns when its subject is up and throws when it is down. The engine enforces the
 * timeout, shares runs and counts failures. `createHealth` validates the options.
 *
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
export function defineCheck({ scope, run, close, ...options }: CheckDefinition): Check {
  return brandCheck({ scope, run, close, options: Object.freeze(options) });
}

/** Makes a check of its properties. */
export function brandCheck(check: Check): Check {
  return Object.freeze({ [CHECK]: true, ...check });
}

/** Whether a value was made by {@link defineCheck}, of this or another copy of the package. */
export function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && CHECK in value;
}
