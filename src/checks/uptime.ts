import { type Check, defineCheck } from "../contract/check.ts";
import { milliseconds, type Rule } from "../contract/options.ts";
import { thisProcess } from "./internal/process/builtin.ts";
import {
  type ProcessCheckOptions,
  validateProcessCheck,
} from "./internal/process/process-check.ts";
import { outcomeOfUptime } from "./internal/process/process-uptime.ts";

/** The options of {@link uptime}. */
export interface UptimeOptions extends ProcessCheckOptions {
  /**
   * Milliseconds, 60000 or more, that the process may have run before it is degraded. Without it, the check only
   * observes.
   */
  degradedAfter?: number | undefined;
}

/** Fractions are from a time that replicas draw, so that they are not restarted together. */
const DEGRADED_AFTER: Rule = {
  ...milliseconds(60_000),
  expected: "a number of milliseconds from 60000 on",
  accepts: (value) => typeof value === "number" && value >= 60_000,
};

/**
 * Reports how long this process has run. It is never down.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { uptime } from "hale/checks";
 *
 * const aWeek = 7 * 24 * 60 * 60 * 1000;
 * const health = createHealth({ checks: { age: uptime({ degradedAfter: aWeek }) } });
 * ```
 */
export function uptime(options: UptimeOptions = {}): Check {
  validateProcessCheck("uptime()", options, {
    degradedAfter: DEGRADED_AFTER,
  });
  const { degradedAfter, ...rest } = options;
  const process = thisProcess("uptime()");
  return defineCheck({
    ...rest,
    scope: "process",
    run: () => outcomeOfUptime(process.uptime(), degradedAfter),
  });
}
