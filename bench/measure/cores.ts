import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** The core that every server under test has, one server at a time. */
export const SERVER_CORE = 0;

/** The core of the load generator. */
export const GENERATOR_CORE = 1;

/** How many there are. */
export const CORES = availableParallelism();

/** The cores of all else: the bench itself and the databases. */
const OTHER_CORES = CORES > 2 ? `2-${CORES - 1}` : String(GENERATOR_CORE);

/** Whether the databases run on the core of the load generator, for want of a third. */
export const GENERATOR_SHARES_CORE = CORES <= 2;

/** Ticks a second in which Linux counts the times of processes and cores (`USER_HZ`). */
const TICKS = 100;

/** Keeps the bench, and with it what it starts without a core of its own, off the server's core. */
export function leaveServerCore(): void {
  if (process.platform !== "linux" || CORES < 2) {
    throw new Error(
      "Throughput is measured on Linux with two cores or more, since servers and load generator are pinned to cores. The sections import and size run anywhere.",
    );
  }
  execFileSync("taskset", ["-acp", OTHER_CORES, String(process.pid)], { stdio: "ignore" });
}

/** All cores, in the words of `taskset`. */
export const ALL_CORES = `0-${CORES - 1}`;

/** The command that runs another one on a core, or on several, with the same process id. */
export function pinned(
  cores: number | string,
  command: string,
  args: readonly string[],
): [string, string[]] {
  return ["taskset", ["-c", String(cores), command, ...args]];
}

/** Seconds of a core that a process has used so far; `undefined` when it is gone. */
export function processTime(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}

/** Seconds that a core has been busy so far, time taken by the host of a virtual machine included. */
export function coreTime(core: number): number {
  const line = readFileSync("/proc/stat", "utf8").match(new RegExp(`^cpu${core} (.*)$`, "m"))?.[1];
  const [user, nice, system, , , interrupts, softInterrupts, stolen] = (line ?? "")
    .split(" ")
    .map(Number);
  const times = [user, nice, system, interrupts, softInterrupts, stolen];
  return times.reduce<number>((sum, time) => sum + (time ?? 0), 0) / TICKS;
}
