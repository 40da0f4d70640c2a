import type { Probe } from "./probe.ts";

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
