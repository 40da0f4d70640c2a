import { type Check, defineCheck, type Outcome } from "../contract/check.ts";
import { openFilesReader } from "./internal/process/open-files-reader.ts";
import {
  type ProcessCheckOptions,
  percent,
  rounded,
  SHARE,
  statusOfLevel,
  validateOrder,
  validateProcessCheck,
} from "./internal/process/process-check.ts";

/** The options of {@link openFiles}. */
export interface OpenFilesOptions extends ProcessCheckOptions {
  /**
   * The share of the limit, of more than 0 and at most 1, from which on it is degraded.
   *
   * @default 0.8
   */
  degradedAt?: number | undefined;
  /**
   * The share from which on it is down, and liveness fails. Without it, the check is never down.
   */
  downAt?: number | undefined;
}

/**
 * Counts the descriptors that this process has open, of those that it may have (`ulimit -n`): files,
 * sockets and pipes. Without any left, it can accept no connection.
 *
 * It asks Linux. Elsewhere it is up, and says that the figures are not known.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { openFiles } from "hale/checks";
 *
 * const health = createHealth({ checks: { descriptors: openFiles({ downAt: 0.95 }) } });
 * ```
 */
export function openFiles(options: OpenFilesOptions = {}): Check {
  const owner = "openFiles()";
  validateProcessCheck(owner, options, { degradedAt: SHARE, downAt: SHARE });
  const { degradedAt = 0.8, downAt, ...rest } = options;
  validateOrder(owner, { degradedAt, downAt });
  const read = openFilesReader(owner);
  return defineCheck({
    ...rest,
    scope: "process",
    run(): Outcome {
      const { open, limit } = read();
      if (open === undefined) {
        return { status: "up", observations: { open: { value: "not known on this system" } } };
      }
      const share = limit === undefined ? 0 : open / limit;
      const { status, limit: reached } = statusOfLevel(share, { degradedAt, downAt });
      return {
        status,
        reason:
          status === "up"
            ? undefined
            : `${open} of ${limit} descriptors are open, ${percent(share)}; from ${percent(reached)} on it is ${status}.`,
        observations: {
          open: { value: open, unit: "descriptors" },
          ...(limit !== undefined && {
            limit: { value: limit, unit: "descriptors" },
            taken: { value: rounded(share), unit: "%" },
          }),
        },
      };
    },
  });
}
