import { type Check, defineCheck } from "../contract/check.ts";
import { milliseconds } from "../contract/options.ts";
import { pressure } from "./internal/process/fill-level.ts";
import { memoryReader } from "./internal/process/memory-use.ts";
import {
  type ProcessCheckOptions,
  SHARE,
  validateOrder,
  validateProcessCheck,
} from "./internal/process/process-check.ts";

/** The options of {@link memory}. */
export interface MemoryOptions extends ProcessCheckOptions {
  /**
   * The share of the limit, of more than 0 and at most 1, from which on it is degraded.
   *
   * @default 0.9
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
 * Measures how much of the memory that this process may have has been taken for a whole `window`. In a
 * container that is the memory of its control group, without the cache of files, against the group's
 * limit; elsewhere the memory of this process against that of the machine.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { memory } from "hale/checks";
 *
 * const health = createHealth({ checks: { memory: memory({ degradedAt: 0.85 }) } });
 * ```
 */
export function memory(options: MemoryOptions = {}): Check {
  const owner = "memory()";
  validateProcessCheck(owner, options, {
    degradedAt: SHARE,
    downAt: SHARE,
    window: milliseconds(1000),
  });
  const { degradedAt = 0.9, downAt, window = 30_000, ...rest } = options;
  validateOrder(owner, { degradedAt, downAt });
  return defineCheck({
    ...rest,
    scope: "process",
    run: pressure(memoryReader(owner), {
      subject: "The memory",
      degradedAt,
      downAt,
      window,
      now: () => performance.now(),
    }),
  });
}
