import type { Probe } from "./probe.ts";

/** What one finished run can find: `up`, `degraded` or `down`. */
export type OutcomeStatus = "up" | "degraded" | "down";

/** What hale believes of a check; `unknown` while it has no result that is recent enough. */
export type Status = OutcomeStatus | "unknown";

/**
 * What a check asks about: this process alone, or something that it depends on. Only checks of the
 * process take part in liveness, because a restart does not mend a dependency.
 */
export type Scope = "process" | "dependency";

/** One figure that a run has seen, such as a response time or the length of a queue. */
export interface Observation {
  readonly value: number | string | boolean;
  /** The unit of the value, such as `ms`, `bytes` or `connections`. */
  readonly unit?: string;
}

/** What one finished run found. */
export interface Outcome {
  readonly status: OutcomeStatus;
  /** A sentence for operators. Credentials are taken out before it is kept. */
  readonly reason?: string | undefined;
  /** A stable code of the reason: hale's, such as `HALE_TIMEOUT`, or the driver's, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  readonly observations?: Readonly<Record<string, Observation>> | undefined;
}

/** What the engine hands to a run. */
export interface RunContext {
  /**
   * Aborts when the run's `timeout` has passed. A run that listens frees what it took; one that
   * does not is written off.
   */
  readonly signal: AbortSignal;
}

/**
 * One execution of a check. Throwing is down. What it returns is read in this order:
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

/** How one check is run and judged. Times are milliseconds. */
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
   * runs when a probe asks.
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
   * Consecutive runs that must be up or degraded before a state that was down is left.
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
   * Whether all replicas share this dependency. Its failure then degrades readiness instead of
   * emptying the load balancer, once it was up in this process.
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
   * Milliseconds without a break for which the check must be down, since it was last up in this
   * process, before liveness fails: at least 10,000. Up to 50 % is added at random, so that replicas do
   * not restart together. Puts the check in liveness when `probes` is not given. Needs `critical`.
   *
   * @default none
   */
  restartAfter?: number | undefined;
}

/** The run of a check, and the options that say when it is run and what it means. */
export interface CheckDefinition extends CheckOptions {
  readonly scope: Scope;
  readonly run: Run;
  /** Frees what the check itself has opened; `health.close()` calls it once. */
  readonly close?: (() => unknown) | undefined;
}

const CHECK = Symbol.for("hale.check/1");

/** One question about one thing. Made by {@link defineCheck}, or by a function of `hale/checks`. */
export interface Check {
  readonly scope: Scope;
  readonly run: Run;
  readonly close?: (() => unknown) | undefined;
  readonly options: Readonly<CheckOptions>;
  /**
   * Loads what a run needs, before its first run and again after a failure. Its time is no part of a run's.
   *
   * @internal
   */
  readonly prepare?: (() => Promise<unknown>) | undefined;
}

/**
 * Makes a check. `run` returns when the thing is up and throws when it is down; the engine keeps
 * time, shares runs and counts failures. `createHealth` validates the options.
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

/** Makes a check of its parts. */
export function brandCheck(check: Check): Check {
  return Object.freeze({ [CHECK]: true, ...check });
}

/** Whether a value was made by {@link defineCheck}, of this or another copy of the package. */
export function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && CHECK in value;
}
