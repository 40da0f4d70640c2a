import { type Check, defineCheck } from "../contract/check.ts";
import { milliseconds } from "../contract/options.ts";
import { pressure } from "./internal/process/fill-level.ts";
import { heapReader } from "./internal/process/heap-statistics.ts";
import {
  type ProcessCheckOptions,
  SHARE,
  validateOrder,
  validateProcessCheck,
} from "./internal/process/process-check.ts";

/** The options of {@link heap}. */
export interface HeapOptions extends ProcessCheckOptions {
  /**
   * The share of the old generation, of more than 0 and at most 1, from which on it is degraded.
   *
   * @default 0.85
   */
  degradedAt?: number | undefined;
  /**
   * The share from which on it is down, and liveness fails. Without it, the check is never down.
   */
  downAt?: number | undefined;
  /**
   * Milliseconds during which the share must not have fallen below a threshold to count.
   *
   * @default 30000
   */
  window?: number | undefined;
}

/**
 * Measures how full V8's heap has been for a whole `window`: the lowest level counts, so that what the next
 * garbage collection frees does not.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { heap } from "hale/checks";
 *
 * const health = createHealth({ checks: { heap: heap({ degradedAt: 0.8, downAt: 0.95 }) } });
 * ```
 */
export function heap(options: HeapOptions = {}): Check {
  const owner = "heap()";
  validateProcessCheck(owner, options, {
    degradedAt: SHARE,
    downAt: SHARE,
    window: milliseconds(1000),
  });
  const { degradedAt = 0.85, downAt, window = 30_000, ...rest } = options;
  validateOrder(owner, { degradedAt, downAt });
  return defineCheck({
    ...rest,
    scope: "process",
    run: pressure(heapReader(owner), {
      subject: "The heap",
      degradedAt,
      downAt,
      window,
      now: () => performance.now(),
    }),
  });
}
