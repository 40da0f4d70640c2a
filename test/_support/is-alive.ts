import { readFileSync } from "node:fs";

/** Whether a process runs. A zombie, whose parent has not asked for it yet, has ended. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
