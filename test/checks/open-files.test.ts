import * as fs from "node:fs";
import { describe, expect, test } from "vitest";
import { readOpenFiles } from "../../src/checks/internal/process/open-files-reader.ts";
import { openFiles } from "../../src/checks/open-files.ts";
import { startOneCheck } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { noFaults } from "../contracts/fault-contract.ts";

test("openFiles, with a limit of 200, is degraded, then down, then up again when they are closed", async () => {
  const service = startOneCheck(
    "openFiles",
    { degradedAt: 0.5, downAt: 0.9 },
    { through: ["sh", "-c", 'ulimit -n 200 && exec "$0" "$@"'] },
  );
  await service.line("is up");
  await service.order("openAll", 100);
  expect(await service.line("is degraded")).toMatch(
    /1\d\d of 200 descriptors are open, \d\d %; from 50 % on it is degraded\./,
  );
  await service.order("openAll", 170);
  expect(await service.line("is down")).toMatch(/from 90 % on it is down\./);
  expect((await service.look()).observations).toEqual({
    open: { value: expect.any(Number), unit: "descriptors" },
    limit: { value: 200, unit: "descriptors" },
    taken: { value: expect.any(Number), unit: "%" },
  });
  await service.order("closeAll");
  await service.line("is up", 2);
});

describe("the descriptors of a process", () => {
  const withoutSize = { ...fs, statSync: (() => ({ size: 0 })) as unknown as typeof fs.statSync };

  test("are counted alike with and without the size of their folder, which Linux before 6.2 does not tell", () => {
    const counted = readOpenFiles(withoutSize);
    expect(counted).toEqual(readOpenFiles(fs));
    expect(counted.open).toBeGreaterThan(2);
    expect(counted.limit).toBeGreaterThan(2);
  });

  test("that have no limit are counted all the same", () => {
    const readFileSync = (() =>
      "Limit                     Soft Limit           Hard Limit           Units     \n" +
      "Max open files            unlimited            unlimited            files     \n") as never;
    expect(readOpenFiles({ ...fs, readFileSync })).toEqual({ open: expect.any(Number) });
  });

  test("are not known where there is no /proc, and then it is up and says so", async () => {
    expect(readOpenFiles(fs, "/nowhere/self")).toEqual({});
    expect(await runCheck(openFiles())).toMatchObject({ status: "up" });
  });
});

noFaults("open-files", "this process", "asks this process itself: there is no server to fail");
