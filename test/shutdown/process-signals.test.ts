import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import {
  exitCodeOf,
  isSignal,
  listenToProcess,
  otherListeners,
} from "../../src/shutdown/process-signals.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { FakeProcess } from "../_support/fake-process.ts";

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s ends a process with %i", (signal, code) => {
  expect(exitCodeOf(signal)).toBe(code);
});

test("a signal is known by its name alone", () => {
  expect(["SIGTERM", "SIGTREM", "toString", 15, undefined].map(isSignal)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

/** Listens to a fake process at a time that the test sets, and notes what it asks for. */
function listening(signals: string[], own: string[] = []) {
  const fake = new FakeProcess();
  const clock = new FakeClock();
  const notes: string[] = [];
  const note = (what: string) => (signal: string) => void notes.push(`${what} ${signal}`);
  const listener = listenToProcess(fake, signals, clock, {
    begin: note("begin"),
    repeated: note("repeated"),
    again: note("again"),
    isOwn: (signal) => own.includes(signal),
  });
  return { fake, clock, notes, ...listener };
}

test("the first signal begins it, and none that is not listened to", () => {
  const { fake, notes } = listening(["SIGTERM", "SIGUSR2"]);
  for (const signal of ["SIGINT", "SIGUSR2"]) fake.emit(signal);
  expect(notes).toEqual(["begin SIGUSR2"]);
});

test("a signal within a second is the same request, and a later one is not", async () => {
  const { fake, clock, notes } = listening(["SIGTERM", "SIGINT"]);
  fake.emit("SIGTERM");
  await clock.advance(999);
  fake.emit("SIGINT");
  await clock.advance(1);
  fake.emit("SIGTERM");
  expect(notes).toEqual(["begin SIGTERM", "repeated SIGINT", "again SIGTERM"]);
});

test("a signal that came while the loop stood still is the same request, received when it turns", async () => {
  const { fake, clock, notes } = listening(["SIGTERM"]);
  fake.emit("SIGTERM");
  clock.stall(2000);
  fake.emit("SIGTERM");
  await clock.advance(0);
  fake.emit("SIGTERM");
  expect(notes).toEqual(["begin SIGTERM", "repeated SIGTERM", "again SIGTERM"]);
});

test("a signal of the process itself is the same request at any time", async () => {
  const own: string[] = [];
  const { fake, clock, notes } = listening(["SIGTERM", "SIGINT"], own);
  fake.emit("SIGTERM");
  own.push("SIGTERM");
  await clock.advance(60_000);
  fake.emit("SIGTERM");
  fake.emit("SIGINT");
  expect(notes).toEqual(["begin SIGTERM", "repeated SIGTERM", "again SIGINT"]);
});

test("a signal of the process itself is counted also where begin() came before any signal", async () => {
  const own = ["SIGTERM"];
  const { fake, clock, notes } = listening(["SIGTERM"], own);
  fake.emit("SIGTERM");
  own.length = 0;
  fake.emit("SIGTERM");
  await clock.advance(1000);
  fake.emit("SIGTERM");
  expect(notes).toEqual(["repeated SIGTERM", "begin SIGTERM", "again SIGTERM"]);
});

test("other listeners to a signal are named, and hale's own are not", () => {
  const { fake } = listening(["SIGTERM"]);
  fake.on("SIGTERM", function stopServer() {});
  fake.once("SIGTERM", () => {});
  expect(otherListeners(fake, "SIGTERM")).toEqual(["stopServer", "anonymous"]);
  expect(otherListeners(fake, "SIGINT")).toEqual([]);
});

test("hale is called before listeners that were there earlier", () => {
  const fake = new FakeProcess();
  const order: string[] = [];
  fake.on("SIGTERM", () => order.push("earlier"));
  const nothing = () => {};
  listenToProcess(fake, ["SIGTERM"], new FakeClock(), {
    begin: () => order.push("hale"),
    repeated: nothing,
    again: nothing,
    isOwn: () => false,
  });
  fake.emit("SIGTERM");
  expect(order).toEqual(["hale", "earlier"]);
});

test("the listener to messages is counted neither before nor after it has gone", () => {
  /** Counts as the channel of Node does, which holds the process open while the count is not 0. */
  class Channel {
    count = 0;
    refCounted(): void {
      this.count++;
    }
    unrefCounted(): void {
      this.count--;
    }
  }
  const channel = new Channel();
  const fake = Object.assign(new FakeProcess(), { channel });
  const count = (by: "refCounted" | "unrefCounted") => (event: string) => {
    if (event === "message") channel[by]();
  };
  EventEmitter.prototype.on.call(fake, "newListener", count("refCounted"));
  EventEmitter.prototype.on.call(fake, "removeListener", count("unrefCounted"));
  const nothing = () => {};
  const { stop } = listenToProcess(fake, [], new FakeClock(), {
    begin: nothing,
    repeated: nothing,
    again: nothing,
    isOwn: () => false,
  });
  expect([fake.listenerCount("message"), channel.count]).toEqual([1, 0]);
  stop();
  expect([fake.listenerCount("message"), channel.count]).toEqual([0, 0]);
});
