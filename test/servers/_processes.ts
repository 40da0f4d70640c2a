import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process of this system, as it was when it was listed. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly stopped: boolean;
  /** When it began; tells it from a later process that got the same pid. */
  readonly born: string;
}

/** All processes of this system that have not ended. */
export function processes(): Process[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

/** Those of `listed` that have not ended since. */
export function running(listed: readonly Process[]): Process[] {
  const now = new Map(processes().map(({ pid, born }) => [pid, born]));
  return listed.filter(({ pid, born }) => now.get(pid) === born);
}

function fromProc(): Process[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The program's name, in parentheses, may itself hold spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return parse([pid, fields[1], fields[2], fields[0], fields[19]]);
    } catch {
      return [];
    }
  });
}

function fromPs(): Process[] {
  const columns = "pid=,ppid=,pgid=,state=,lstart=";
  const lines = execFileSync("ps", ["-A", "-o", columns], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, group, state, ...born] = line.trim().split(/\s+/);
    return parse([pid, parent, group, state, born.join(" ")]);
  });
}

function parse([pid, parent, group, state = "", born = ""]: (string | undefined)[]): Process[] {
  // A zombie has ended, though its parent may be slow to notice.
  if (state === "" || /^[ZX]/.test(state)) return [];
  return [
    {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      stopped: state.startsWith("T"),
      born,
    },
  ];
}
