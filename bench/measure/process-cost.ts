import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The cost of one process from its start to its end, in milliseconds. */
export interface ProcessCost {
  readonly wall: number;
  /** Processor time, of the program itself and of the kernel for it. */
  readonly cpu: number;
}

/** Lets bash time a command, which costs the command nothing, and writes what it has found after the command's own output. */
const SCRIPT = `TIMEFORMAT="%3R %3U %3S"; { time "$@" > /dev/null 2>&1; } 2>&1`;

/**
 * Runs a command to its end, and measures it.
 *
 * @throws when it ends with another code than 0
 */
export async function costOf(
  command: readonly string[],
  signal: AbortSignal,
): Promise<ProcessCost> {
  const { stdout } = await run("bash", ["-c", SCRIPT, "bash", ...command], { signal });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stdout
    .trim()
    .split(" ")
    .map((seconds) => Number(seconds) * 1000);
  return { wall, cpu: user + system };
}
