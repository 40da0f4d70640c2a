import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { exitCodeOf, isSignal, listenToProcess } from "../../src/shutdown/process-signals.ts";
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

test("each signal is told, and whether one came before", () => {
  const fake = new FakeProcess();
  const told: unknown[] = [];
  listenToProcess(fake, ["SIGTERM", "SIGUSR2"], { end: (...values) => told.push(values) });
  for (const signal of ["SIGINT", "SIGUSR2", "SIGTERM"]) fake.emit(signal);
  expect(told).toEqual([
    ["SIGUSR2", false],
    ["SIGTERM", true],
  ]);
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
  const { stop } = listenToProcess(fake, [], { end: () => {} });
  expect([fake.listenerCount("message"), channel.count]).toEqual([1, 0]);
  stop();
  expect([fake.listenerCount("message"), channel.count]).toEqual([0, 0]);
});
