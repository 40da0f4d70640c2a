import { expect, test } from "vitest";
import { guardProcess } from "../../src/shutdown/process-guard.ts";
import { FakeProcess } from "../_support/fake-process.ts";

function guarded() {
  const fake = new FakeProcess();
  const ends: unknown[][] = [];
  const guard = guardProcess(fake, (...values) => ends.push(values));
  return { fake, ends, guard };
}

test("each signal that the process sends to itself is its own once", () => {
  const { fake, guard } = guarded();
  const received: string[] = [];
  fake.on("SIGTERM", () => received.push("SIGTERM"));
  fake.kill(fake.pid, "SIGTERM");
  fake.kill(fake.pid, 15);
  fake.kill(0);
  expect(received).toEqual(["SIGTERM"]);
  const own = Array.from({ length: 4 }, () => guard.isOwn("SIGTERM"));
  expect(own).toEqual([true, true, true, false]);
});

test("signals to others, and a look whether a process is there, are not", () => {
  const { fake, guard } = guarded();
  fake.kill(1, "SIGTERM");
  fake.kill(fake.pid, 0);
  expect(guard.isOwn("SIGTERM")).toBe(false);
});

test("a signal that is sent on purpose counts as one from outside", () => {
  const { fake, guard } = guarded();
  const received: string[] = [];
  fake.on("SIGINT", () => received.push("SIGINT"));
  guard.resend("SIGINT");
  expect([received, guard.isOwn("SIGINT")]).toEqual([["SIGINT"], false]);
});

test("a call of process.exit() is reported with its place, and still ends the process", () => {
  const { fake, ends } = guarded();
  function flushTelemetry() {
    fake.exit(0);
  }
  flushTelemetry();
  fake.emit("exit", 0);
  expect(fake.exits).toEqual([0]);
  expect(ends).toEqual([
    [
      expect.stringMatching(/^process\.exit\(0\) at flushTelemetry .*process-guard\.test\.ts:\d+/),
      0,
    ],
  ]);
});

test("an exception that nothing caught is reported, unless a call ended the process after all", () => {
  const { fake, ends } = guarded();
  fake.emit("uncaughtExceptionMonitor", new Error("redis://:hunter2@cache refused"));
  fake.emit("exit", 1);
  fake.exit(2);
  fake.emit("exit", 2);
  expect(ends).toEqual([
    ["an uncaught exception: redis://***@cache refused", 1],
    [expect.stringMatching(/^process\.exit\(2\) at /), 2],
  ]);
});

test("an exception that a listener of the service has handled is not blamed for a later end", async () => {
  const { fake, ends } = guarded();
  fake.emit("uncaughtExceptionMonitor", new Error("a client has gone"));
  await new Promise<void>((resolve) => void setImmediate(resolve));
  fake.emit("exit", 0);
  expect(ends).toEqual([[undefined, 0]]);
});

test("an end without a call is reported too", () => {
  const { fake, ends } = guarded();
  fake.emit("exit", 7);
  expect(ends).toEqual([[undefined, 7]]);
});

test("the process has its own functions, and no listener, after it", () => {
  const { fake, ends, guard } = guarded();
  guard.stop();
  fake.exit(3);
  fake.emit("exit", 3);
  expect([fake.exits, ends, fake.listening]).toEqual([[3], [], 0]);
  expect(Object.keys(fake)).toEqual(Object.keys(new FakeProcess()));
});

test("functions that were laid over it since stay", () => {
  const { fake, guard } = guarded();
  const over = () => true;
  fake.kill = over;
  guard.stop();
  expect(fake.kill).toBe(over);
});
