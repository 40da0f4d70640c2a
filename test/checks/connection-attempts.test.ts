import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OpeningConnection, Pool, PoolSizes } from "../../src/checks/internal/sql/pool.ts";
import type { PoolLimits } from "../../src/checks/internal/sql/pool-options.ts";
import { throughPool } from "../../src/checks/internal/sql/through-pool.ts";
import type { Outcome } from "../../src/contract/check.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const TIMEOUT = 500;

/** A pool whose connections open, and whose server answers, when the test says so. */
class ScriptedPool implements Pool<string> {
  /** The requests that have no connection yet, by number. */
  readonly requests = new Map<number, { open(): void; fail(failure: Error): void }>();
  readonly questions = new Map<string, { answer(): void; fail(failure: Error): void }>();
  readonly returned: string[] = [];
  readonly destroyed: string[] = [];
  readonly stopped: number[] = [];
  figures: PoolSizes | undefined = { total: 0, idle: 0, waiting: 0, max: 10 };
  /** What it shows of a connection that is being opened. */
  shows: "all" | "not accepted" | "no stop" = "all";
  ending = false;
  opened = 0;

  connect(): Promise<string> {
    const number = ++this.opened;
    return new Promise((resolve, reject) => {
      this.requests.set(number, {
        open: () => {
          this.requests.delete(number);
          resolve(String(number));
        },
        fail: (failure) => {
          this.requests.delete(number);
          reject(failure);
        },
      });
    });
  }

  opening(): OpeningConnection[] {
    return [...this.requests].map(([number, identity]) => ({
      identity,
      ...(this.shows !== "no stop" && {
        stop: () => {
          this.stopped.push(number);
          identity.fail(new Error("ended"));
        },
      }),
      isAccepted: () => this.shows !== "not accepted",
    }));
  }

  giveBack = (connection: string) => void this.returned.push(connection);
  destroy = (connection: string) => void this.destroyed.push(connection);
  sizes = () => this.figures;
  isEnding = () => this.ending;
  ask = (connection: string) =>
    new Promise<Outcome>((resolve, reject) => {
      this.questions.set(connection, { answer: () => resolve({ status: "up" }), fail: reject });
    });
}

/** A service with such a pool; `probe` runs the check once, for its timeout at most. */
function start(limits: PoolLimits = {}) {
  const pool = new ScriptedPool();
  const { run, close } = throughPool(pool, pool.ask, limits);
  const begin = () => {
    const over = new AbortController();
    const outcome = Promise.resolve(run({ signal: over.signal })).then(
      (found) => found as Outcome,
      (failure: Error) => ({ status: "down", reason: failure.message }) as Outcome,
    );
    return { outcome, abort: () => over.abort(new Error("No answer within 500 ms.")) };
  };
  return {
    pool,
    close,
    begin,
    async probe(): Promise<Outcome> {
      const { outcome, abort } = begin();
      setTimeout(abort, TIMEOUT);
      await vi.advanceTimersByTimeAsync(TIMEOUT);
      return outcome;
    },
  };
}

test("a run that waits for an opening is down and says so, and the next run waits for the same one", async () => {
  const { pool, probe, begin } = start();
  for (let run = 0; run < 3; run++) {
    expect(await probe()).toMatchObject({
      status: "down",
      reason: "No answer within 500 ms: the connection is still being opened.",
    });
  }
  expect([pool.opened, pool.stopped]).toEqual([1, []]);
  const { outcome } = begin();
  pool.requests.get(1)?.open();
  await vi.advanceTimersByTimeAsync(0);
  pool.questions.get("1")?.answer();
  expect(await outcome).toMatchObject({ status: "up" });
  expect([pool.opened, pool.returned]).toEqual([1, ["1"]]);
});

test("a connection that was opened between two runs goes to the pool, for the next one", async () => {
  const { pool, probe } = start();
  await probe();
  pool.requests.get(1)?.open();
  await vi.advanceTimersByTimeAsync(0);
  expect([pool.returned, pool.destroyed, pool.stopped]).toEqual([["1"], [], []]);
});

test("an opening is ended by its own limit, whether a run waits for it or not", async () => {
  const { pool, probe, begin } = start({ connectTimeout: 2000 });
  await probe();
  await vi.advanceTimersByTimeAsync(1499);
  expect(pool.stopped).toEqual([]);
  const { outcome } = begin();
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toMatchObject({ reason: "No connection was opened within 2000 ms." });
  expect(pool.stopped).toEqual([1]);
});

test("openings that the other side accepts and does not finish are two, and then come at the times of hung runs", async () => {
  const { pool, probe } = start();
  const begun: number[] = [];
  const startedAt = performance.now();
  for (let seconds = 0; seconds < 400; seconds++) {
    const before = pool.opened;
    await probe();
    if (pool.opened > before) begun.push(seconds);
    await vi.advanceTimersByTimeAsync(1000 - TIMEOUT);
  }
  expect(performance.now() - startedAt).toBe(400_000);
  // 10 s each, and 30, 60, 120 s between.
  expect(begun).toEqual([0, 10, 50, 120, 250]);
});

test("a connection that comes at the end of a run is asked for the next one too, which opens no other", async () => {
  const { pool, probe, begin } = start();
  const { outcome, abort } = begin();
  await vi.advanceTimersByTimeAsync(400);
  pool.requests.get(1)?.open();
  await vi.advanceTimersByTimeAsync(100);
  abort();
  expect(await outcome).toMatchObject({ status: "down", reason: "No answer within 500 ms." });
  const next = begin();
  await vi.advanceTimersByTimeAsync(10);
  pool.questions.get("1")?.answer();
  expect(await next.outcome).toMatchObject({ status: "up" });
  expect([pool.opened, pool.returned, pool.destroyed]).toEqual([1, ["1"], []]);
  // Without that answer it counts as silent after the second run.
  const late = begin();
  await vi.advanceTimersByTimeAsync(400);
  pool.requests.get(2)?.open();
  await vi.advanceTimersByTimeAsync(100);
  late.abort();
  await probe();
  await probe();
  expect(pool.opened).toBe(3);
});

test("openings that nobody accepts leave nothing behind, and are tried again one after the other", async () => {
  const { pool, probe } = start();
  pool.shows = "not accepted";
  for (let seconds = 0; seconds < 60; seconds++) {
    await probe();
    expect(pool.requests.size).toBeLessThanOrEqual(1);
    await vi.advanceTimersByTimeAsync(1000 - TIMEOUT);
  }
  expect(pool.opened).toBe(6);
});

test("openings that cannot be ended are two at most, and what comes late goes to the pool", async () => {
  const { pool, probe } = start();
  pool.shows = "no stop";
  for (let seconds = 0; seconds < 45; seconds++) {
    await probe();
    await vi.advanceTimersByTimeAsync(1000 - TIMEOUT);
  }
  expect(pool.opened).toBe(2);
  expect(await probe()).toMatchObject({
    reason: "2 connections of the pool have not answered, and no other is tried for now.",
  });
  pool.requests.get(1)?.open();
  await vi.advanceTimersByTimeAsync(0);
  expect(pool.returned).toEqual(["1"]);
  await probe();
  expect(pool.opened).toBe(3);
});

/** Lets every connection open at once. */
function letIn(pool: ScriptedPool): void {
  const connect = pool.connect.bind(pool);
  pool.connect = () => {
    const asked = connect();
    pool.requests.get(pool.opened)?.open();
    return asked;
  };
}

test("connections that are let in and not answered are two in any two minutes, and kept while there is room", async () => {
  const { pool, probe } = start();
  letIn(pool);
  for (let seconds = 0; seconds < 120; seconds++) {
    await probe();
    await vi.advanceTimersByTimeAsync(1000 - TIMEOUT);
  }
  expect([pool.opened, pool.destroyed]).toEqual([2, []]);
  // The third takes the place of the oldest.
  for (let seconds = 0; seconds < 10; seconds++) {
    await probe();
    await vi.advanceTimersByTimeAsync(1000 - TIMEOUT);
  }
  expect([pool.opened, pool.destroyed]).toEqual([3, ["1"]]);
});

test("one that answers late is given back, and the next run asks again", async () => {
  const { pool, probe, begin } = start();
  letIn(pool);
  for (let run = 0; run < 5; run++) await probe();
  expect(pool.opened).toBe(2);
  pool.questions.get("1")?.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect([pool.returned, pool.destroyed]).toEqual([["1"], []]);
  const { outcome } = begin();
  await vi.advanceTimersByTimeAsync(0);
  pool.questions.get("3")?.answer();
  expect(await outcome).toMatchObject({ status: "up" });
  // What is older and silent still does not answer any more.
  expect(pool.destroyed).toEqual(["2"]);
});

test("a late answer is that of the run which waits meanwhile", async () => {
  const { pool, probe, begin } = start();
  letIn(pool);
  await probe();
  const { outcome } = begin();
  await vi.advanceTimersByTimeAsync(0);
  pool.questions.get("1")?.answer();
  expect(await outcome).toMatchObject({ status: "up" });
});

test("a connection that did not answer is destroyed at once where others are idle, or where it would be the last", async () => {
  const { pool, probe, begin } = start();
  letIn(pool);
  pool.figures = { total: 4, idle: 3, waiting: 0, max: 4 };
  for (let run = 0; run < 3; run++) await probe();
  expect([pool.opened, pool.destroyed]).toEqual([3, ["1", "2", "3"]]);
  pool.figures = { total: 3, idle: 0, waiting: 0, max: 4 };
  const last = begin();
  await vi.advanceTimersByTimeAsync(0);
  pool.figures = { ...pool.figures, total: 4 };
  last.abort();
  await last.outcome;
  expect(pool.destroyed).toEqual(["1", "2", "3", "4"]);
});

test("a refusal after hung attempts is an answer, so that the next run tries at once", async () => {
  const { pool, probe } = start();
  letIn(pool);
  for (let run = 0; run < 4; run++) await probe();
  pool.questions.get("2")?.fail(new Error("query_wait_timeout"));
  await vi.advanceTimersByTimeAsync(0);
  expect(pool.destroyed).toEqual(["2"]);
  await probe();
  expect(pool.opened).toBe(3);
});

test("a full pool is never asked, and a place that gets free in time is used", async () => {
  const { pool, probe, begin } = start();
  letIn(pool);
  pool.figures = { total: 2, idle: 0, waiting: 0, max: 2 };
  expect(await probe()).toMatchObject({
    status: "degraded",
    reason: "The service has taken all 2 connections of the pool.",
    observations: { totalConnections: { value: 2 } },
  });
  expect(pool.opened).toBe(0);
  const { outcome } = begin();
  await vi.advanceTimersByTimeAsync(100);
  pool.figures = { total: 2, idle: 1, waiting: 0, max: 2 };
  await vi.advanceTimersByTimeAsync(20);
  pool.questions.get("1")?.answer();
  expect(await outcome).toMatchObject({ status: "up" });
});

test("a pool of which a place comes free in the turn of the abort was exhausted, and is not asked", async () => {
  const { pool, begin } = start({ exhaustedFor: 60_000 });
  letIn(pool);
  pool.figures = { total: 2, idle: 0, waiting: 0, max: 2 };
  const { outcome, abort } = begin();
  await vi.advanceTimersByTimeAsync(490);
  abort();
  pool.figures = { total: 2, idle: 1, waiting: 0, max: 2 };
  expect(await outcome).toMatchObject({
    status: "degraded",
    reason: "The service has taken all 2 connections of the pool.",
  });
  expect(pool.opened).toBe(0);
});

test("a pool whose connections the service is still opening is down, not exhausted", async () => {
  const { pool, probe } = start();
  void pool.connect();
  pool.figures = { total: 1, idle: 0, waiting: 0, max: 1 };
  expect(await probe()).toMatchObject({
    status: "down",
    reason: "No answer within 500 ms: every connection of the pool is still being opened.",
  });
  expect(pool.opened).toBe(1);
});

test("exhaustion turns from degraded to down after exhaustedFor, and begins anew after a connection was had", async () => {
  const { pool, probe, begin } = start({ exhaustedFor: 1500 });
  letIn(pool);
  const full = { total: 2, idle: 0, waiting: 0, max: 2 };
  const statuses: string[] = [];
  pool.figures = full;
  for (let run = 0; run < 3; run++) statuses.push((await probe()).status);
  expect(await probe()).toMatchObject({
    status: "down",
    reason: "The service has taken all 2 connections of the pool, for 1500 ms or longer.",
  });
  pool.figures = { ...full, idle: 1 };
  const { outcome } = begin();
  await vi.advanceTimersByTimeAsync(20);
  pool.questions.get("1")?.answer();
  expect(await outcome).toMatchObject({ status: "up" });
  pool.figures = full;
  statuses.push((await probe()).status);
  expect(statuses).toEqual(["degraded", "degraded", "down", "degraded"]);
});

const FULL = { total: 2, idle: 0, waiting: 0, max: 2 };

test("what was seen of exhaustion counts no more after a silence longer than a minute", async () => {
  const { pool, probe } = start({ exhaustedFor: 1500 });
  pool.figures = FULL;
  expect((await probe()).status).toBe("degraded");
  await vi.advanceTimersByTimeAsync(61_000);
  expect((await probe()).status).toBe("degraded");
});

test("where runs always come as rarely, exhaustion goes on between them", async () => {
  const { pool, probe } = start({ exhaustedFor: 1500 });
  pool.figures = FULL;
  const statuses: string[] = [];
  for (let run = 0; run < 4; run++) {
    statuses.push((await probe()).status);
    await vi.advanceTimersByTimeAsync(300_000);
  }
  expect(statuses).toEqual(["degraded", "degraded", "down", "down"]);
});

test("a connection that is being opened ends what was seen of exhaustion", async () => {
  const { pool, probe } = start({ exhaustedFor: 900 });
  pool.figures = FULL;
  expect((await probe()).status).toBe("degraded");
  void pool.connect();
  expect((await probe()).code).toBe("HALE_CONNECTING");
  pool.requests.get(1)?.open();
  await vi.advanceTimersByTimeAsync(0);
  expect((await probe()).status).toBe("degraded");
});

test("with reopenEvery a connection that has answered is ended after so long, and given back before", async () => {
  const { pool, begin } = start({ reopenEvery: 10_000 });
  letIn(pool);
  const ask = async (connection: string) => {
    const { outcome } = begin();
    await vi.advanceTimersByTimeAsync(20);
    pool.questions.get(connection)?.answer();
    expect(await outcome).toMatchObject({ status: "up" });
  };
  await ask("1");
  await vi.advanceTimersByTimeAsync(10_000);
  await ask("2");
  await ask("3");
  expect([pool.returned, pool.destroyed]).toEqual([["1", "3"], ["2"]]);
});

test("what hangs ends when the service ends the pool, or the health closes", async () => {
  const first = start();
  letIn(first.pool);
  await first.probe();
  expect(first.pool.destroyed).toEqual([]);
  first.pool.ending = true;
  await vi.advanceTimersByTimeAsync(200);
  expect(first.pool.destroyed).toEqual(["1"]);

  const second = start();
  await second.probe();
  second.close();
  expect(second.pool.stopped).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a pool whose connect() throws is down for that reason", async () => {
  const { pool, probe } = start();
  pool.connect = () => {
    throw new Error("The pool is closed.");
  };
  expect(await probe()).toMatchObject({ status: "down", reason: "The pool is closed." });
});

test("runs at the same time share one question", async () => {
  const { pool, begin } = start();
  letIn(pool);
  const runs = [begin(), begin(), begin()];
  await vi.advanceTimersByTimeAsync(0);
  pool.questions.get("1")?.answer();
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome));
  expect(outcomes.map(({ status }) => status)).toEqual(["up", "up", "up"]);
  expect(pool.opened).toBe(1);
});
