import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tightestGroup } from "../../src/checks/internal/process/cgroup.ts";
import { memoryFill } from "../../src/checks/internal/process/memory-use.ts";
import { memory } from "../../src/checks/memory.ts";
import { makeControlGroup } from "../_support/control-group.ts";
import { makeFolder } from "../_support/folder.ts";
import { startOneCheck } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { noFaults } from "../contracts/fault-contract.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const MACHINE = 16 * GIB;

/** The files of the kernel, in the form in which it writes them. */
const readerOf = (files: Readonly<Record<string, string | number>>) => (path: string) =>
  path in files ? String(files[path]) : undefined;

const stat = (rows: Readonly<Record<string, number>>) =>
  Object.entries(rows)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join("\n");

const MOUNT_2 =
  "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n" +
  "30 22 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate";

/** A container of Docker or Kubernetes with the second version, which sees itself as the root. */
const CONTAINER = {
  "/proc/self/cgroup": "0::/",
  "/proc/self/mountinfo": MOUNT_2,
  "/sys/fs/cgroup/memory.max": 512 * MIB,
  "/sys/fs/cgroup/memory.current": 400 * MIB,
  "/sys/fs/cgroup/memory.stat": stat({
    anon: 90 * MIB,
    file: 300 * MIB,
    inactive_file: 200 * MIB,
    active_file: 100 * MIB,
    unevictable: 0,
  }),
};

describe("with the second version of control groups, the memory", () => {
  test("of a container is what cannot be had back from the cache of files", () => {
    expect(tightestGroup(readerOf(CONTAINER), MACHINE)).toEqual({
      used: 100 * MIB,
      limit: 512 * MIB,
    });
  });

  test("is that of the tightest group, of this process's and all above", () => {
    const base = "/sys/fs/cgroup/kubepods.slice/pod-1.slice";
    const files = {
      "/proc/self/cgroup": "0::/kubepods.slice/pod-1.slice/app.scope",
      "/proc/self/mountinfo": MOUNT_2,
      [`${base}/app.scope/memory.max`]: "max",
      [`${base}/app.scope/memory.current`]: 300 * MIB,
      [`${base}/memory.max`]: 512 * MIB,
      [`${base}/memory.current`]: 500 * MIB,
      [`${base}/memory.stat`]: stat({ inactive_file: 20 * MIB }),
      "/sys/fs/cgroup/kubepods.slice/memory.max": 8 * GIB,
      "/sys/fs/cgroup/kubepods.slice/memory.current": 6 * GIB,
    };
    expect(tightestGroup(readerOf(files), MACHINE)).toEqual({
      used: 480 * MIB,
      limit: 512 * MIB,
    });
  });

  test("has no limit where that is max, or more than the machine has", () => {
    for (const limit of ["max", String(MACHINE), String(64 * GIB)]) {
      const files = { ...CONTAINER, "/sys/fs/cgroup/memory.max": limit };
      expect(tightestGroup(readerOf(files), MACHINE)).toBeUndefined();
    }
  });

  test("of a group outside of what is mounted is that of the mount", () => {
    const files = { ...CONTAINER, "/proc/self/cgroup": "0::/../../system.slice" };
    expect(tightestGroup(readerOf(files), MACHINE)).toMatchObject({ limit: 512 * MIB });
  });

  test("is found where it is mounted elsewhere, with a space in the path", () => {
    const files = {
      "/proc/self/cgroup": "0::/app",
      "/proc/self/mountinfo": "30 22 0:26 / /mnt/control\\040groups rw - cgroup2 none rw",
      "/mnt/control groups/app/memory.max": GIB,
      "/mnt/control groups/app/memory.current": 1 * MIB,
    };
    expect(tightestGroup(readerOf(files), MACHINE)).toEqual({ used: MIB, limit: GIB });
  });
});

describe("with the first version of control groups, the memory", () => {
  const MOUNT_1 =
    "30 22 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n" +
    "31 30 0:27 /docker/1f2e /sys/fs/cgroup/memory ro,relatime master:11 - cgroup cgroup rw,memory\n" +
    "32 30 0:28 / /sys/fs/cgroup/cpu ro,relatime - cgroup cgroup rw,cpu,cpuacct";
  const files = {
    "/proc/self/cgroup":
      "9:name=systemd:/docker/1f2e\n4:memory:/docker/1f2e\n1:cpu,cpuacct:/\n0::/",
    "/proc/self/mountinfo": MOUNT_1,
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": GIB,
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": 900 * MIB,
    "/sys/fs/cgroup/memory/memory.stat": stat({
      inactive_file: 1 * MIB,
      active_file: 1 * MIB,
      total_inactive_file: 300 * MIB,
      total_active_file: 100 * MIB,
    }),
  };

  test("of a container is read from where its part of the hierarchy is mounted", () => {
    expect(tightestGroup(readerOf(files), MACHINE)).toEqual({ used: 500 * MIB, limit: GIB });
  });

  test("has no limit where that is the largest number that the kernel has", () => {
    const free = {
      ...files,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    };
    expect(tightestGroup(readerOf(free), MACHINE)).toBeUndefined();
  });
});

describe("without a group that has a limit, the memory", () => {
  const nothing = () => undefined;

  test("is that of this process, of the machine's", () => {
    expect(memoryFill({ read: nothing, rss: 5, machine: 100, constrained: 0 })).toEqual({
      used: 5,
      limit: 100,
      observations: { rss: { value: 5, unit: "bytes" }, of: { value: "machine" } },
    });
  });

  test("is that of this process, of what the system says that it grants", () => {
    const fill = memoryFill({ read: nothing, rss: 5, machine: 100, constrained: 50 });
    expect(fill).toMatchObject({ used: 5, limit: 50, observations: { of: { value: "limit" } } });
    const boundless = memoryFill({ read: nothing, rss: 5, machine: 100, constrained: 2 ** 63 });
    expect(boundless).toMatchObject({ limit: 100 });
  });
});

test("this process is observed, with its units", async () => {
  const { status, observations } = await runCheck(memory({ degradedAt: 1 }));
  expect(status).toBe("up");
  expect(observations).toEqual({
    used: { value: expect.any(Number), unit: "bytes" },
    limit: { value: expect.any(Number), unit: "bytes" },
    full: { value: expect.any(Number), unit: "%" },
    rss: { value: expect.any(Number), unit: "bytes" },
    of: { value: expect.stringMatching(/^(?:control group|limit|machine)$/) },
  });
});

/** Makes a group of 256 MiB for a test; says so where the system lets nobody, which is not a failure of hale. */
function groupOr(told: string) {
  const group = makeControlGroup(256 * MIB);
  if (typeof group !== "string") return group;
  console.warn(`Not proved in a real control group, but by its files: ${told} (${group})`);
  return undefined;
}

describe("memory, in a real control group of 256 MiB,", () => {
  test("is degraded as the process fills it, and up when it is freed", async () => {
    const group = groupOr("that the check is degraded as a process fills its group");
    if (group === undefined) return;
    const service = startOneCheck("memory", { window: 1000, degradedAt: 0.5, downAt: 0.95 });
    group.add(service.child.pid);
    await service.line("is up");
    await service.order("keepBuffers", 60);
    expect(await service.line("is degraded")).toMatch(
      /The memory has been at least \d+ % full for 1 s; from 50 % on it is degraded\./,
    );
    const { observations } = await service.look();
    expect(observations).toMatchObject({
      limit: { value: 256 * MIB },
      of: { value: "control group" },
    });
    await service.order("release");
    await service.line("is up", 2);
  });

  test("is not full of files that were read, however often", async () => {
    const group = groupOr("that the cache of files does not count");
    if (group === undefined) return;
    const service = startOneCheck("memory", { window: 1000, degradedAt: 0.5 });
    group.add(service.child.pid);
    await service.line("is up");
    const file = join(makeFolder(), "large");
    await service.order("writeLarge", [file, 160]);
    await service.order("readOften", file);
    const seen = await service.look();
    const full = Number(seen.observations?.full?.value);
    expect(group.usage()).toBeGreaterThan(150 * MIB);
    expect(full).toBeLessThan(45);
  });
});

noFaults("memory", "this process", "asks this process itself: there is no server to fail");
