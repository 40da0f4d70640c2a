import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Exhaustion, exhausted } from "../../src/checks/internal/common/exhaustion.ts";
import { RUN, timedRun } from "../_support/timed-run.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pool of one connection, which is full until the test frees it, and what runs have seen of it. */
function fullPool() {
  const exhaustion = new Exhaustion();
  const pool = { total: 1 as number | undefined };
  const wait = (signal: AbortSignal) => exhaustion.wait(() => pool.total, signal);
  /** Waits a whole run, which begins `period` after the last one began, at its end by default. */
  const run = (period?: number) => timedRun({ run: ({ signal }) => wait(signal) }, period);
  return { exhaustion, pool, wait, run };
}

test("a pool that is not full is not waited for", async () => {
  const { pool, wait } = fullPool();
  pool.total = undefined;
  expect(await wait(new AbortController().signal)).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test("a pool that was full throughout a run is exhausted, at least since that run began", async () => {
  const { run } = fullPool();
  expect(await run()).toEqual({ total: 1, lasted: RUN });
  expect(vi.getTimerCount()).toBe(0);
});

test("runs that find the same pool full add up, with the time between them", async () => {
  const { run } = fullPool();
  await run();
  expect(await run(20_000)).toEqual({ total: 1, lasted: 20_000 + RUN });
});

test("a place that comes free within the run ends the count", async () => {
  const { pool, wait, run } = fullPool();
  await run();
  const found = wait(new AbortController().signal);
  pool.total = undefined;
  await vi.advanceTimersByTimeAsync(10);
  expect(await found).toBeUndefined();
  pool.total = 1;
  expect(await run()).toEqual({ total: 1, lasted: RUN });
});

test("a place that comes free in the turn of the abort is not used, and ends the count", async () => {
  const { pool, wait, run } = fullPool();
  await run();
  const controller = new AbortController();
  const found = wait(controller.signal);
  controller.abort(new Error("The run is over."));
  pool.total = undefined;
  expect(await found).toEqual({ total: 1, lasted: RUN });
  pool.total = 1;
  expect(await run()).toEqual({ total: 1, lasted: RUN });
});

test("a run that begins after its abort rejects where the pool has room", async () => {
  const { pool, wait } = fullPool();
  pool.total = undefined;
  await expect(wait(AbortSignal.abort(new Error("The run is over.")))).rejects.toThrow("is over.");
});

test("an outage, which is noted by end, begins the time anew", async () => {
  const { exhaustion, run } = fullPool();
  await run();
  exhaustion.end();
  expect(await run(20_000)).toEqual({ total: 1, lasted: RUN });
});

test("a minute without a run begins the time anew, unless runs come as rarely", async () => {
  const { run } = fullPool();
  await run();
  expect(await run(61_000)).toEqual({ total: 1, lasted: RUN });
  expect(await run(61_000)).toEqual({ total: 1, lasted: 61_000 + RUN });
});

test("it is degraded below the limit, and down from it on", () => {
  expect(exhausted(1, 29_999, 30_000)).toEqual({
    status: "degraded",
    reason: "The service has taken all 1 connections of the pool.",
    code: "HALE_POOL_EXHAUSTED",
  });
  expect(exhausted(1, 30_000, 30_000)).toEqual({
    status: "down",
    reason: "The service has taken all 1 connections of the pool, for 30000 ms or longer.",
    code: "HALE_POOL_EXHAUSTED",
  });
  expect(exhausted(1, 1e9)).toMatchObject({ status: "degraded" });
});
