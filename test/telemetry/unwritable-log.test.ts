import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { compose } from "../_support/compose.ts";
import { settled } from "../_support/fake-clock.ts";

const PROGRAM = "test/telemetry/programs/unwritable-log.mjs";

/** What the service reported over 20 rounds, and how it ended. */
async function endOf(child: ChildProcess) {
  onTestFinished(() => void child.kill("SIGKILL"));
  let statuses: unknown;
  child.on("message", (message) => {
    statuses = message;
  });
  const [code, signal] = await once(child, "exit");
  return { statuses, code, signal };
}

const WELL = {
  statuses: Array.from({ length: 20 }, (_, round) => (round % 2 === 0 ? "up" : "down")),
  code: 0,
  signal: null,
};

test("a service whose output is on a full disk works to its end, with console as its logger", async () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [PROGRAM], { stdio: ["ignore", full, full, "ipc"] });
  expect(await endOf(child)).toEqual(WELL);
});

test("a service whose output is read by nobody any more works to its end, with console as its logger", async () => {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect(await endOf(child)).toEqual(WELL);
});

test("an output has one guard for all lines, which is gone a second after the last", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  onTestFinished(() => {
    info.mockRestore();
    vi.useRealTimers();
  });
  const before = process.stdout.listenerCount("error");
  const guards = () => process.stdout.listenerCount("error") - before;
  for (let count = 0; count < 20; count++) compose({ logger: console }).health.drain();
  await settled();
  expect([info.mock.calls.length, guards()]).toEqual([20, 1]);
  vi.advanceTimersByTime(999);
  expect(guards()).toBe(1);
  compose({ logger: console }).health.drain();
  vi.advanceTimersByTime(999);
  expect(guards()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(guards()).toBe(0);
});

test("a logger of the service's own writes where it likes, without a guard", async () => {
  const before = process.stdout.listenerCount("error");
  compose({ logger: { info() {}, warn() {}, error() {} } }).health.drain();
  await settled();
  expect(process.stdout.listenerCount("error")).toBe(before);
});
