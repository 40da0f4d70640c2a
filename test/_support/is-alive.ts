import { readFileSync } from "node:fs";

/** Whether a process runs. A zombie, whose parent has not asked for it yet, has ended. */
export function isAlive(pid: number): boolean {
  if (isZombie(pid)) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Only Linux says so. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
