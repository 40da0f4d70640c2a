import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import type { CheckState } from "../../src/engine/check-state.ts";
import { HistoryRecorder } from "../../src/engine/history.ts";
import { resolveSettings } from "../../src/engine/settings.ts";

const CHECK = defineCheck({ scope: "dependency", run: () => {} });
const HOUR = 3_600_000;

/** The wall clock at the clock's zero: the beginning of a minute. */
const EPOCH = Date.UTC(2030, 0, 2, 12);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function make({ keep = 24 * HOUR, interval }: { keep?: number; interval?: number } = {}) {
  let now = 0;
  const recorder = new HistoryRecorder({ now: () => now }, keep);
  const defaults = interval === undefined ? {} : { interval };
  const settings = resolveSettings("db", CHECK, { defaults, deadline: 800 });
  const run = (at: number, status: CheckState["status"], more: Partial<CheckState> = {}) => {
    now = at;
    vi.setSystemTime(EPOCH + at);
    recorder.record({
      ...{ settings, status, reason: undefined, code: undefined, observations: undefined },
      ...{ startedAt: at, duration: 2, wasUp: true, restartAt: undefined, staleAt: undefined },
      ...more,
    });
  };
  const read = (at: number) => {
    now = at;
    vi.setSystemTime(EPOCH + at);
    const { now: wall, checks, keep } = recorder.read();
    const { entries = [], latency = [] } = checks.get("db") ?? {};
    const moved = (moment: number) => moment - EPOCH;
    expect(moved(wall)).toBe(at);
    return {
      keep,
      wall,
      entries: entries.map(({ at, status }) => [moved(at), status]),
      whole: entries,
      latency: latency.map((minute) => ({ ...minute, at: moved(minute.at) })),
    };
  };
  return { run, read };
}

test("each change is kept once, with its moment, reason and code", () => {
  const { run, read } = make();
  run(1000, "up");
  run(2000, "up");
  run(3000, "down", { reason: "refused", code: "ECONNREFUSED" });
  run(4000, "down", { reason: "reset" });
  run(5000, "up");
  const { entries, whole } = read(5000);
  expect(entries).toEqual([
    [1000, "up"],
    [3000, "down"],
    [5000, "up"],
  ]);
  expect(whole[1]).toMatchObject({ reason: "refused", code: "ECONNREFUSED" });
});

test("a long reason is cut at 200 characters", () => {
  const { run, read } = make();
  run(1000, "down", { reason: "x".repeat(300) });
  expect(read(1000).whole[0]?.reason).toBe("x".repeat(200));
});

test("a check on demand is unknown from 60 s without a run on, until it runs again", () => {
  const { run, read } = make();
  run(1000, "up");
  expect(read(61_000).entries).toEqual([[1000, "up"]]);
  expect(read(61_001).entries).toEqual([
    [1000, "up"],
    [61_000, "unknown"],
  ]);
  run(100_000, "up");
  expect(read(100_000).entries).toEqual([
    [1000, "up"],
    [61_000, "unknown"],
    [100_000, "up"],
  ]);
});

test("a check with an interval is unknown only when the engine says so", () => {
  const { run, read } = make({ interval: 5000 });
  run(1000, "up");
  expect(read(10 * HOUR).entries).toEqual([[1000, "up"]]);
  run(16_500, "unknown", { startedAt: 1000 });
  expect(read(10 * HOUR).entries).toEqual([
    [1000, "up"],
    [16_500, "unknown"],
  ]);
});

test("what is older than keep is dropped, except for the state that it led to", () => {
  const { run, read } = make({ keep: HOUR, interval: 5000 });
  run(0, "up");
  run(1000, "down");
  run(2000, "up");
  expect(read(HOUR + 1500).entries).toEqual([
    [1000, "down"],
    [2000, "up"],
  ]);
  expect(read(9 * HOUR)).toMatchObject({ keep: HOUR, entries: [[2000, "up"]], latency: [] });
});

test("at most 1000 changes are kept, the latest ones", () => {
  const { run, read } = make();
  for (let time = 0; time < 2500; time++) run(time * 1000, time % 2 === 0 ? "up" : "down");
  const { entries } = read(2_500_000);
  expect(entries).toHaveLength(1000);
  expect(entries[0]).toEqual([1_500_000, "up"]);
  expect(entries.at(-1)).toEqual([2_499_000, "down"]);
});

test("latency is kept by the minute, for an hour", () => {
  const { run, read } = make({ interval: 5000 });
  run(1000, "up", { duration: 10 });
  run(2000, "up", { duration: 20 });
  run(61_000, "down", { duration: 500 });
  // A state that became stale is no run.
  run(62_000, "unknown", { startedAt: 61_000, duration: 500 });
  expect(read(62_000).latency).toEqual([
    { at: 0, runs: 2, mean: 15, max: 20 },
    { at: 60_000, runs: 1, mean: 500, max: 500 },
  ]);
  for (let minute = 2; minute < 100; minute++) run(minute * 60_000, "up");
  const { latency } = read(100 * 60_000 - 1);
  expect(latency).toHaveLength(60);
  expect(latency[0]?.at).toBe(40 * 60_000);
});

test("no character of a reason is cut in halves", () => {
  const { run, read } = make();
  run(1000, "down", { reason: `${"x".repeat(199)}\u{1f4a5}` });
  expect(read(1000).whole[0]?.reason).toBe("x".repeat(199));
});

test("a wall clock that drifts moves no moment, and one that was set moves all", () => {
  let now = 1000;
  vi.setSystemTime(EPOCH + 1000);
  const recorder = new HistoryRecorder({ now: () => now }, 24 * HOUR);
  const settings = resolveSettings("db", CHECK, { defaults: {}, deadline: 800 });
  recorder.record({
    ...{ settings, status: "up", reason: undefined, code: undefined, observations: undefined },
    ...{ startedAt: 1000, duration: 2, wasUp: true, restartAt: undefined, staleAt: undefined },
  });
  const at = () => recorder.read().checks.get("db")?.entries[0]?.at;
  now = 2000;
  vi.setSystemTime(EPOCH + 2900);
  expect(at()).toBe(EPOCH + 1000);
  vi.setSystemTime(EPOCH + 2000 + HOUR / 2);
  expect(at()).toBe(EPOCH + 1000 + HOUR / 2);
  // The minutes that a clock which was set back has left in the future are dropped.
  expect(recorder.read().checks.get("db")?.latency).toHaveLength(1);
  vi.setSystemTime(EPOCH - 30 * 24 * HOUR);
  expect(recorder.read().checks.get("db")?.latency).toEqual([]);
});
