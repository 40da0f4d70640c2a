import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { CHECK_OPTION_RULES, oneOf, requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { PATH } from "./internal/common/path.ts";
import { builtin } from "./internal/process/builtin.ts";
import { readFirst, writeAndRead } from "./internal/process/file-access.ts";
import { oneCallPerPath } from "./internal/process/one-call-per-path.ts";

/** The options of {@link files}. */
export interface FilesOptions extends CheckOptions {
  /** The folder that is written to, or the folder or file that is read. */
  path: string;
  /**
   * Whether a small file is written, read back and deleted (`"write"`), or something is read that is
   * there (`"read"`).
   *
   * @default "write"
   */
  access?: "write" | "read" | undefined;
}

/**
 * Whether files can be written, or read, in a folder. It leaves nothing behind, and takes one thread
 * of Node's pool at most, also while the file system does not answer.
 *
 * Its scope is `dependency`, since a restart mends no volume; a volume that all replicas have mounted
 * is `shared`.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { files } from "hale/checks";
 *
 * const health = createHealth({ checks: { uploads: files({ path: "/tmp", shared: true }) } });
 * ```
 */
export function files(options: FilesOptions): Check {
  const owner = "files()";
  const rules = { path: PATH, access: oneOf(["write", "read"]), ...CHECK_OPTION_RULES };
  validateArgument(owner, options, rules, ["path"]);
  requireOption(owner, "path", options.path, PATH);
  const { path: given, access = "write", ...rest } = options;
  const calls = builtin(owner, "node:fs").promises;
  const { join, resolve } = builtin(owner, "node:path");
  const path = resolve(given);
  const file = join(path, `.hale-${crypto.randomUUID()}`);
  return defineCheck({
    ...rest,
    scope: "dependency",
    run: ({ signal }) =>
      oneCallPerPath(path, signal, () =>
        access === "read" ? readFirst(calls, path, signal) : writeAndRead(calls, file, signal),
      ),
  });
}
