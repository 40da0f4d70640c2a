import { type Check, defineCheck } from "../contract/check.ts";
import { milliseconds, requireOption } from "../contract/options.ts";
import {
  type ProcessCheckOptions,
  validateProcessCheck,
} from "./internal/process/process-check.ts";
import { Pulse } from "./internal/process/progress-watch.ts";

/** The options of {@link progress}. */
export interface ProgressOptions extends ProcessCheckOptions {
  /** Milliseconds, 1000 or more, within which each beat must be followed by the next. */
  within: number;
  /**
   * Milliseconds, 1000 or more, from when the check is made, within which the first beat must come. Without it,
   * the check is up until the loop has begun.
   */
  startWithin?: number | undefined;
}

/** The check of one work loop, and what the loop tells it. */
export interface ProgressCheck extends Check {
  /** The loop gets on. To be called once a round, or at each step of a long one. */
  readonly beat: () => void;
  /** The loop has nothing to do, or has ended as it should: no beat is due until the next one. */
  readonly idle: () => void;
}

/**
 * Whether a work loop gets on: it calls `beat()`, and the check is down when no beat has come in
 * time. One check is for one loop.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { progress } from "hale/checks";
 *
 * const worker = progress({ within: 30_000 });
 * const health = createHealth({ checks: { worker } });
 *
 * for (const job of ["one", "two"]) {
 *   worker.beat();
 *   console.log(job);
 * }
 * worker.idle();
 * ```
 */
export function progress(options: ProgressOptions): ProgressCheck {
  const owner = "progress()";
  const time = milliseconds(1000);
  validateProcessCheck(owner, options, { within: time, startWithin: time }, ["within"]);
  requireOption(owner, "within", options.within, time);
  const { within, startWithin, ...rest } = options;
  const pulse = new Pulse({ within, startWithin }, () => performance.now());
  return Object.freeze({
    ...defineCheck({ ...rest, scope: "process", run: () => pulse.outcome() }),
    beat: () => pulse.beat(),
    idle: () => pulse.idle(),
  });
}
