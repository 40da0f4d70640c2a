import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { files } from "../../src/checks/files.ts";
import { writeAndRead } from "../../src/checks/internal/process/file-access.ts";
import { letGo, makeFifo } from "../_support/fifo.ts";
import { makeFolder } from "../_support/folder.ts";
import { startOneCheck, withTmpfs } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { noFaults } from "../contracts/fault-contract.ts";

describe.each(["write", "read"] as const)("with access %s", (access) => {
  checkContract(`files to ${access}`, {
    up: () => files({ path: makeFolder(), access }),
    down: () => files({ path: "/nowhere/at/all", access }),
    hanging: () => files({ path: makeFifo(), access: "read" }),
  });

  test("a path that is not there is down, and the reason names it", async () => {
    const { reason } = await runCheck(files({ path: "/nowhere/at/all", access }));
    expect(reason).toMatch(/^ENOENT: no such file or directory, \w+ '\/nowhere\/at\/all/);
  });

  test("nothing is left in the folder, and what is there is not touched", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "mine"), "1");
    const check = files({ path: folder, access });
    for (let run = 0; run < 3; run++) expect((await runCheck(check, 5000)).status).toBe("up");
    expect(readdirSync(folder)).toEqual(["mine"]);
  });
});

test("a file is not a folder that can be written to, but can be read", async () => {
  const path = join(makeFolder(), "settings.json");
  writeFileSync(path, "{}");
  expect(await runCheck(files({ path }))).toMatchObject({
    status: "down",
    reason: expect.stringContaining("ENOTDIR"),
  });
  expect(await runCheck(files({ path, access: "read" }))).toMatchObject({ status: "up" });
});

describe("a file system of 1 MiB", () => {
  test("is down while it is full, leaves nothing, and is up when there is room again", async () => {
    const folder = makeFolder();
    const through = withTmpfs(folder, "size=1m");
    const service = startOneCheck("files", { path: folder }, { through });
    await service.line("is up");
    await service.order("fill", folder);
    expect(await service.line("is down")).toContain("ENOSPC: no space left on device, write");
    expect(await service.order<string>("listHidden", folder)).toBe("");
    await service.order("empty", folder);
    await service.line("is up", 2);
  });

  test("is down while it can only be read, and up when it can be written to again", async () => {
    const folder = makeFolder();
    const through = withTmpfs(folder, "size=1m");
    const service = startOneCheck("files", { path: folder }, { through });
    await service.line("is up");
    await service.order("remount", [folder, "ro"]);
    expect(await service.line("is down")).toMatch(/EROFS: read-only file system, open/);
    await service.order("remount", [folder, "rw"]);
    await service.line("is up", 2);
  });
});

describe("a file system that does not answer", () => {
  test("is down at every probe, takes one thread of the pool, and is up when it answers", async () => {
    const fifo = makeFifo();
    const service = startOneCheck(
      "files",
      { path: fifo, access: "read", timeout: 50 },
      { env: { UV_THREADPOOL_SIZE: "2" } },
    );
    expect(await service.line("is down")).toContain("No answer within 50 ms.");
    for (let time = 0; time < 10; time++) {
      expect((await service.look()).status).toBe("down");
      // Needs the other one of the two threads.
      expect(await service.order("stat", "/tmp")).toBe(true);
    }
    onTestFinished(letGo(fifo));
    await service.line("is up");
  });

  test("fails readiness, and not liveness", async () => {
    const path = makeFifo();
    const uploads = files({ path, access: "read", timeout: 50 });
    const service = await startService({ checks: { uploads } });
    await service.becomes("/health/ready", 503);
    expect((await service.probe("/health/live")).status).toBe(200);
    const stop = letGo(path);
    await service.becomes("/health/ready", 200);
    stop();
  });

  test("fails deep alone, where all replicas share it and it did answer once", async () => {
    const path = makeFifo();
    const uploads = files({ path, access: "read", timeout: 50, shared: true });
    const service = await startService({ checks: { uploads } });
    const stop = letGo(path);
    await service.becomes("/health/deep", 200);
    stop();
    await service.becomes("/health/deep", 503);
    expect((await service.probe("/health/ready")).status).toBe(200);
  });

  test("and whose run is aborted between two steps, gets its file deleted", async () => {
    const folder = makeFolder();
    const { promises } = await import("node:fs");
    const controller = new AbortController();
    const open: typeof promises.open = async (...args) => {
      const handle = await promises.open(...args);
      expect(readdirSync(folder)).toEqual(["own"]);
      controller.abort(new Error("It is late."));
      return handle;
    };
    const round = writeAndRead({ ...promises, open }, join(folder, "own"), controller.signal);
    await expect(round).rejects.toThrow("It is late.");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("does not hold up a check of another path", async () => {
    void runCheck(files({ path: makeFifo(), access: "read" }), 60_000);
    expect(await runCheck(files({ path: makeFolder() }), 5000)).toMatchObject({ status: "up" });
  });
});

test("a file that comes back changed is down, and deleted", async () => {
  const folder = makeFolder();
  const { promises } = await import("node:fs");
  const open: typeof promises.open = async (...args) => {
    const handle = await promises.open(...args);
    const write = handle.write.bind(handle) as (text: string, at: number) => Promise<unknown>;
    handle.write = ((text: string, at: number) => write(text.replace("w", "W"), at)) as never;
    return handle;
  };
  const round = writeAndRead(
    { ...promises, open },
    join(folder, "own"),
    new AbortController().signal,
  );
  await expect(round).rejects.toThrow(/^Expected "written by hale.*, got "Written by hale/);
  expect(readdirSync(folder)).toEqual([]);
});

test("a relative path is that of the time when the check was made", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "data"));
  const before = process.cwd;
  process.cwd = () => folder;
  const check = files({ path: "data" });
  process.cwd = before;
  expect(await runCheck(check)).toMatchObject({ status: "up" });
});

noFaults(
  "files",
  "the file system",
  "asks the file system of this machine: there is no server to fail",
);
