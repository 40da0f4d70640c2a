import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A control group of the test's own, whose memory is limited. */
export interface ControlGroup {
  /** Moves a process into it. */
  add(pid: number | undefined): void;
  /** Bytes that are charged to it, the cache of files among them. */
  usage(): number;
}

/** How the two versions call the same things. */
const VERSIONS = [
  {
    line: /^\d+:(?:\w+,)*memory(?:,\w+)*:(.*)$/m,
    base: "/sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
  },
  { line: /^0::(.*)$/m, base: "/sys/fs/cgroup", limit: "memory.max", usage: "memory.current" },
] as const;

let made = 0;

/** Milliseconds within which a process that was killed must have ended. */
const LIMIT = 30_000;

/**
 * Makes a group below that of this process.
 *
 * @returns why not, where the system does not let this process make one
 */
export function makeControlGroup(bytes: number): ControlGroup | string {
  const own = readFileSync("/proc/self/cgroup", "utf8");
  const version = VERSIONS.find(({ line }) => line.test(own));
  if (version === undefined) return "there is no controller of memory";
  const parent = join(version.base, version.line.exec(own)?.[1] ?? "");
  const folder = join(parent, `hale-test-${process.pid}-${made++}`);
  try {
    mkdirSync(folder);
    onTestFinished(() => removed(folder));
    writeFileSync(join(folder, version.limit), String(bytes));
  } catch (failure) {
    return String(failure);
  }
  return {
    add: (pid) => writeFileSync(join(folder, "cgroup.procs"), String(pid)),
    usage: () => Number(readFileSync(join(folder, version.usage), "utf8")),
  };
}

/** Removes a group once its processes, which end with the test, have ended. */
async function removed(folder: string): Promise<void> {
  const deadline = performance.now() + LIMIT;
  for (;;) {
    try {
      return rmdirSync(folder);
    } catch (failure) {
      if (performance.now() > deadline) throw failure;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
