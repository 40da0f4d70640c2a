import { readFileSync } from "node:fs";
import { ensureInstalled } from "../servers/_install.ts";
import { treeOf } from "../servers/_process-tree.ts";
import type { Program } from "./program.ts";

/**
 * What runs a command in namespaces of its own, in which a folder shows what is in `source`, through
 * a file system in user space (FUSE). Both end with the command, also while the file system stands still.
 */
export async function withBindfs(folder: string, source: string): Promise<readonly string[]> {
  const bindfs = await ensureInstalled({
    name: "bindfs",
    programs: ["bindfs"],
    packages: { debian: ["bindfs"], fedora: ["bindfs"], homebrew: ["bindfs"] },
  });
  // The shell stays the first process of the namespace, by whose end the kernel ends all others, and
  // the channel of the command is not for the file system to keep open.
  const script = `"$0" "$1" "$2" 3>&- || exit; shift 2; "$@"; exit`;
  const become = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const namespaces = ["--pid", "--fork", "--mount-proc", "--kill-child"];
  return ["unshare", ...become, ...namespaces, "sh", "-c", script, bindfs, source, folder];
}

/** The process of the file system that a program was started with. */
export function bindfsOf({ child }: Program): number {
  const found = treeOf(child.pid as number).filter(
    ({ pid }) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "bindfs",
  );
  if (found.length !== 1) throw new Error(`It has ${found.length} file systems of its own.`);
  return found[0]?.pid as number;
}
