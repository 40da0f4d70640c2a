/** The memory of a control group, in bytes. */
export interface GroupMemory {
  /** The used bytes that dropping the cache of files cannot free. */
  readonly used: number;
  readonly limit: number;
}

/** Reads a small file of the kernel; `undefined` where there is none. */
export type ReadText = (path: string) => string | undefined;

/** The names of the same files in the two versions of control groups. */
interface Version {
  readonly limit: string;
  readonly usage: string;
  /** The cache of files that the kernel drops when memory is short. */
  readonly cache: readonly string[];
}

const SECOND: Version = {
  limit: "memory.max",
  usage: "memory.current",
  cache: ["inactive_file", "active_file"],
};

const FIRST: Version = {
  limit: "memory.limit_in_bytes",
  usage: "memory.usage_in_bytes",
  cache: ["total_inactive_file", "total_active_file"],
};

/**
 * The control group that is the nearest to its limit, of that of this process and all above it,
 * since each of them limits it.
 *
 * @returns `undefined` when none of them has a limit below the machine's memory
 */
export function tightestGroup(read: ReadText, machine: number): GroupMemory | undefined {
  const found = folders(read);
  if (found === undefined) return undefined;
  const groups = found.paths.flatMap((path) => memoryOf(read, path, found.version, machine));
  return groups.sort((one, other) => other.used / other.limit - one.used / one.limit)[0];
}

/** The folders of the group of this process and of those above it. */
function folders(read: ReadText): { version: Version; paths: readonly string[] } | undefined {
  const lines = (read("/proc/self/cgroup") ?? "").split("\n").map((line) => line.split(":"));
  const mounts = mountsOf(read("/proc/self/mountinfo") ?? "");
  const pathOf = (parts: readonly string[] | undefined) => parts?.slice(2).join(":");

  const first = pathOf(lines.find(([, controllers]) => controllers?.split(",").includes("memory")));
  const mount =
    first === undefined
      ? mounts.find(({ type }) => type === "cgroup2")
      : mounts.find(({ type, options }) => type === "cgroup" && options.includes("memory"));
  const path = first ?? pathOf(lines.find(([id, controllers]) => id === "0" && controllers === ""));
  if (mount === undefined || path === undefined) return undefined;
  return { version: first === undefined ? SECOND : FIRST, paths: upwards(mount, path) };
}

interface Mount {
  /** The mounted part of the hierarchy: more than `/` in a container without a namespace. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** The lines of /proc/self/mountinfo, as proc_pid_mountinfo(5) describes them. */
function mountsOf(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, point] = before.split(" ");
    const [type = "", , options = ""] = after.split(" ");
    if (root === undefined || point === undefined) return [];
    return [{ root, point: unescaped(point), type, options: options.split(",") }];
  });
}

/** White space in a path is written as `\040` and the like. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function upwards({ root, point }: Mount, path: string): readonly string[] {
  const base = root === "/" ? "" : root;
  const inside = path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : "";
  const names = inside.split("/").filter((name) => name !== "");
  // A group outside of what is mounted here begins with "..": the mount is all that can be seen.
  const steps = names.includes("..") ? [] : names;
  return [...steps.keys(), steps.length]
    .map((count) => [point, ...steps.slice(0, count)].join("/"))
    .reverse();
}

function memoryOf(
  read: ReadText,
  folder: string,
  version: Version,
  machine: number,
): readonly GroupMemory[] {
  // "max" is not a number, and no limit of the first version is a number above all memory.
  const limit = Number(read(`${folder}/${version.limit}`) ?? Number.NaN);
  const usage = Number(read(`${folder}/${version.usage}`) ?? Number.NaN);
  if (!(limit > 0 && limit < machine) || Number.isNaN(usage)) return [];
  const rows = (read(`${folder}/memory.stat`) ?? "").split("\n").map((line) => line.split(" "));
  const cache = rows
    .filter(([name = ""]) => version.cache.includes(name))
    .reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  return [{ used: Math.max(usage - cache, 0), limit }];
}
