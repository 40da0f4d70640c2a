import { statfsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { disk } from "../../src/checks/disk.ts";
import { files } from "../../src/checks/files.ts";
import { outcomeOfDisk } from "../../src/checks/internal/process/disk-space.ts";
import { makeFifo } from "../_support/fifo.ts";
import { makeFolder } from "../_support/folder.ts";
import { startOneCheck, withTmpfs } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { noFaults } from "../contracts/fault-contract.ts";

checkContract("disk", {
  up: () => disk({ path: makeFolder(), degradedAt: 0.999_999 }),
  down: () => disk({ path: "/nowhere/at/all" }),
  hanging: () => {
    // Both ask one path, and the one that hangs has the only thread that they take there.
    const path = makeFifo();
    void runCheck(files({ path, access: "read" }), 60_000);
    return disk({ path });
  },
});

test("a path that is not there is down, and the reason names it", async () => {
  expect((await runCheck(disk({ path: "/nowhere/at/all" }))).reason).toMatch(
    /ENOENT: no such file or directory, statfs '\/nowhere\/at\/all'/,
  );
});

describe("a file system of 1 MiB with 64 inodes", () => {
  const start = (folder: string) =>
    startOneCheck(
      "disk",
      { path: folder, degradedAt: 0.7, downAt: 0.95 },
      { through: withTmpfs(folder, "size=1m,nr_inodes=64") },
    );

  test("is degraded, then down as it fills, and up when it is emptied", async () => {
    const folder = makeFolder();
    const service = start(folder);
    await service.line("is up");
    await service.order("writeOne", [folder, 800_000]);
    expect(await service.line("is degraded")).toContain(
      `76 % of the space is taken in the file system of ${folder}; from 70 % on it is degraded.`,
    );
    await service.order("fill", folder);
    expect(await service.line("is down")).toContain("100 % of the space is taken");
    expect((await service.look()).observations).toMatchObject({
      freeSpace: { value: 0, unit: "bytes" },
      space: { value: 2 ** 20, unit: "bytes" },
      spaceTaken: { value: 100, unit: "%" },
    });
    await service.order("empty", folder);
    await service.line("is up", 2);
  });

  test("is down without inodes, though there is space", async () => {
    const folder = makeFolder();
    const service = start(folder);
    await service.line("is up");
    await service.order("makeFiles", [folder, 63]);
    expect(await service.line("is down")).toContain("100 % of the inodes are taken");
    expect((await service.look()).observations).toMatchObject({
      spaceTaken: { value: 0, unit: "%" },
      freeInodes: { value: 0, unit: "inodes" },
      inodesTaken: { value: 100, unit: "%" },
    });
  });
});

describe("the figures of a file system", () => {
  const figures = { bsize: 4096, blocks: 1000, bfree: 200, bavail: 150, files: 100, ffree: 40 };
  const thresholds = { degradedAt: 0.9, downAt: undefined };

  test("are those of df, for which what is kept for root is full", () => {
    expect(outcomeOfDisk("/data", figures, thresholds)).toEqual({
      status: "up",
      reason: undefined,
      observations: {
        freeSpace: { value: 150 * 4096, unit: "bytes" },
        space: { value: 1000 * 4096, unit: "bytes" },
        spaceTaken: { value: 84.2, unit: "%" },
        freeInodes: { value: 40, unit: "inodes" },
        inodesTaken: { value: 60, unit: "%" },
      },
    });
    expect(outcomeOfDisk("/data", { ...figures, bavail: 0 }, thresholds)).toMatchObject({
      status: "degraded",
      reason:
        "100 % of the space is taken in the file system of /data; from 90 % on it is degraded.",
    });
    const hardlyUsed = { ...figures, blocks: 2000, bfree: 1995, bavail: 1995, files: 0 };
    expect(
      outcomeOfDisk("/data", hardlyUsed, { degradedAt: 0.001, downAt: undefined }).reason,
    ).toBe(
      "0.2 % of the space is taken in the file system of /data; from 0.1 % on it is degraded.",
    );
  });

  test("have no inodes where a file system, such as btrfs, makes them as they are needed", () => {
    const { status, observations } = outcomeOfDisk(
      "/data",
      { ...figures, files: 0, ffree: 0 },
      thresholds,
    );
    expect(status).toBe("up");
    expect(Object.keys(observations ?? {})).toEqual(["freeSpace", "space", "spaceTaken"]);
  });

  test("of one without any size, such as /proc, are up", () => {
    expect(statfsSync("/proc").blocks).toBe(0);
    const empty = { ...figures, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
    expect(outcomeOfDisk("/proc", empty, thresholds).status).toBe("up");
  });
});

noFaults(
  "disk",
  "the file system",
  "asks the file system of this machine: there is no server to fail",
);
