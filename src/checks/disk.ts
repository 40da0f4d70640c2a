import { type Check, defineCheck } from "../contract/check.ts";
import { requireOption } from "../contract/options.ts";
import { PATH } from "./internal/common/path.ts";
import { builtin } from "./internal/process/builtin.ts";
import { outcomeOfDisk } from "./internal/process/disk-space.ts";
import { oneCallPerPath } from "./internal/process/one-call-per-path.ts";
import {
  outsideLiveness,
  type ProcessCheckOptions,
  SHARE,
  validateOrder,
  validateProcessCheck,
} from "./internal/process/process-check.ts";

/** The options of {@link disk}. */
export interface DiskOptions extends ProcessCheckOptions {
  /** A file or folder of the file system that is asked about. */
  path: string;
  /**
   * The share of the space, or of the inodes, from which on it is degraded: more than 0, at most 1.
   *
   * @default 0.9
   */
  degradedAt?: number | undefined;
  /** The share from which on it is down. Without it, the check is down only without an answer. */
  downAt?: number | undefined;
}

/**
 * Measures how much of the space and of the inodes of a file system is taken; the fuller of the two counts.
 *
 * By default it is in readiness and deep: a restart does not empty a disk.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { disk } from "hale/checks";
 *
 * const health = createHealth({ checks: { disk: disk({ path: "/tmp", degradedAt: 0.8 }) } });
 * ```
 */
export function disk(options: DiskOptions): Check {
  const owner = "disk()";
  const rules = { path: PATH, degradedAt: SHARE, downAt: SHARE };
  validateProcessCheck(owner, options, rules, ["path"]);
  requireOption(owner, "path", options.path, PATH);
  const { path: given, degradedAt = 0.9, downAt, ...rest } = options;
  validateOrder(owner, { degradedAt, downAt });
  const { statfs } = builtin(owner, "node:fs").promises;
  const path = builtin(owner, "node:path").resolve(given);
  return defineCheck({
    ...rest,
    probes: outsideLiveness(rest),
    scope: "process",
    async run({ signal }) {
      const figures = await oneCallPerPath(path, signal, () => statfs(path));
      return outcomeOfDisk(path, figures, { degradedAt, downAt });
    },
  });
}
