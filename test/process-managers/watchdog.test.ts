import { expect, test } from "vitest";
import { startWatchdog, watchdogPeriod } from "../../src/process-managers/watchdog.ts";
import { FakeClock } from "../_support/fake-clock.ts";

test.each<[string, NodeJS.ProcessEnv, number | undefined]>([
  ["none is wanted", {}, undefined],
  ["nonsense is", { WATCHDOG_USEC: "soon" }, undefined],
  ["zero is", { WATCHDOG_USEC: "0" }, undefined],
  ["30 s are", { WATCHDOG_USEC: "30000000" }, 15_000],
  ["30 s are, of this process", { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" }, 15_000],
  ["30 s are, of another process", { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" }, undefined],
])("where %s, the period is half of that, or nothing", (_, env, period) => {
  expect(watchdogPeriod(env, 7)).toBe(period);
});

test("it beats at once and at each period, while alive alone, until it is stopped", async () => {
  const clock = new FakeClock();
  const beats: number[] = [];
  let isAlive = true;
  const stop = startWatchdog({
    period: 500,
    isAlive: () => isAlive,
    notify: async () => void beats.push(clock.now()),
    clock,
  });
  await clock.advance(1100);
  expect(beats).toEqual([0, 500, 1000]);
  isAlive = false;
  await clock.advance(1000);
  expect(beats).toHaveLength(3);
  isAlive = true;
  await clock.advance(500);
  expect(beats).toEqual([0, 500, 1000, 2500]);
  stop();
  await clock.advance(5000);
  expect(beats).toHaveLength(4);
  expect(clock.pending).toBe(0);
});

test("a beat that takes long is not joined by another", async () => {
  const clock = new FakeClock();
  const ends: (() => void)[] = [];
  const notify = () => new Promise<void>((end) => ends.push(end));
  const stop = startWatchdog({ period: 500, isAlive: () => true, notify, clock });
  await clock.advance(2000);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await clock.advance(500);
  expect(ends).toHaveLength(2);
  stop();
});
