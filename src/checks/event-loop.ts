import { type Check, defineCheck } from "../contract/check.ts";
import { milliseconds, RECORD, type Rule, validateOptions } from "../contract/options.ts";
import { loopReader, watchLoop } from "./internal/process/event-loop-delay.ts";
import {
  outsideLiveness,
  type ProcessCheckOptions,
  SHARE,
  validateOrder,
  validateProcessCheck,
} from "./internal/process/process-check.ts";

/** Two figures of the event loop. */
export interface EventLoopFigures {
  /** Milliseconds that what falls due at a random moment waits for the loop, on average. */
  delay?: number | undefined;
  /** The share of the time in which the loop is busy, of more than 0 and at most 1. */
  utilisation?: number | undefined;
}

/** The options of {@link eventLoop}. */
export interface EventLoopOptions extends ProcessCheckOptions {
  /**
   * The figures from which on the loop is degraded.
   *
   * @default { delay: 100, utilisation: 0.95 }
   */
  degradedAt?: EventLoopFigures | undefined;
  /** The figures from which on it is down. Without them, the check is never down. */
  downAt?: EventLoopFigures | undefined;
  /**
   * Milliseconds during which a figure must not have fallen below a threshold to count.
   *
   * @default 30000
   */
  window?: number | undefined;
}

const DELAY: Rule = {
  expected: "a number of milliseconds of more than 0",
  accepts: (value) => typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY,
};

/**
 * Measures how late and how busy the event loop has been for a whole `window`. The best moment in it counts,
 * so that one stall is no failure, however long it was.
 *
 * By default it is in readiness and deep: a loop is busy under load, and a restart would add to it.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { eventLoop } from "hale/checks";
 *
 * const loop = eventLoop({ degradedAt: { delay: 50 }, downAt: { delay: 1000 } });
 * const health = createHealth({ checks: { loop } });
 * ```
 */
export function eventLoop(options: EventLoopOptions = {}): Check {
  const owner = "eventLoop()";
  validateProcessCheck(owner, options, {
    degradedAt: RECORD,
    downAt: RECORD,
    window: milliseconds(1000),
  });
  const { degradedAt = {}, downAt = {}, window = 30_000, ...rest } = options;
  for (const figures of [degradedAt, downAt]) {
    validateOptions(owner, figures, { delay: DELAY, utilisation: SHARE });
  }
  const delay = { degradedAt: degradedAt.delay ?? 100, downAt: downAt.delay };
  const utilisation = {
    degradedAt: degradedAt.utilisation ?? 0.95,
    downAt: downAt.utilisation,
  };
  validateOrder(owner, delay, ".delay");
  validateOrder(owner, utilisation, ".utilisation");
  const { look, close } = loopReader(owner);
  return defineCheck({
    ...rest,
    probes: outsideLiveness(rest),
    scope: "process",
    run: watchLoop(look, { delay, utilisation, window, now: () => performance.now() }),
    close,
  });
}
