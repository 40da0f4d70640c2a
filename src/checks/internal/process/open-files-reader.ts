import { builtin } from "./builtin.ts";

/** The calls of `node:fs` that are made here. */
export type ProcCalls = Pick<typeof import("node:fs"), "readdirSync" | "readFileSync" | "statSync">;

/** The descriptors of this process; what the system does not tell is absent. */
export interface OpenFigures {
  readonly open?: number;
  readonly limit?: number;
}

/** Counts the open descriptors of this process, where there is a /proc of Linux. */
export function openFilesReader(owner: string): () => OpenFigures {
  const calls = builtin(owner, "node:fs");
  return () => readOpenFiles(calls);
}

/** Reads both figures from a folder such as /proc/self. */
export function readOpenFiles(calls: ProcCalls, folder = "/proc/self"): OpenFigures {
  const open = attempt(() => countIn(calls, `${folder}/fd`));
  const limit = attempt(() => limitIn(calls.readFileSync(`${folder}/limits`, "utf8")));
  return { ...(open !== undefined && { open }), ...(limit !== undefined && { limit }) };
}

function countIn({ statSync, readdirSync }: ProcCalls, folder: string): number {
  // Since Linux 6.2 the folder's size is its count, which spares a list of maybe thousands of names.
  const { size } = statSync(folder);
  // The list itself is read through one more descriptor.
  return size > 0 ? size : readdirSync(folder).length - 1;
}

/** The soft limit, which is the one that holds. */
function limitIn(limits: string): number | undefined {
  const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
  return soft > 0 ? soft : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
