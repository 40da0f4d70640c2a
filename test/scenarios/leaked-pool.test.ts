import { expect, onTestFinished, test, vi } from "vitest";
import { postgres } from "../../src/checks/postgres.ts";
import { createHealth } from "../../src/health.ts";

/** A `pg` Pool of two connections, as far as the check reads it. */
function poolOfTwo() {
  return {
    totalCount: 2,
    idleCount: 1,
    waitingCount: 0,
    options: { max: 2 },
    query: async () => ({ rows: [{ one: 1 }] }),
    async connect() {
      return { query: this.query, release: () => {} };
    },
  };
}

test("a pool whose connections are all leaked is degraded, down after exhaustedFor, and fails liveness after restartAfter", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const pool = poolOfTwo();
  const database = postgres({
    client: pool,
    interval: 1000,
    exhaustedFor: 20_000,
    restartAfter: 30_000,
    probes: ["liveness", "readiness", "deep"],
  });
  const health = createHealth({ checks: { database }, logger: false });
  onTestFinished(() => health.close());
  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
  const statuses = async () => {
    const [liveness, readiness] = await Promise.all([
      health.report("liveness"),
      health.report("readiness"),
    ]);
    return [liveness, readiness].map(({ status }) => (status === "down" ? 503 : 200));
  };
  await pass(2000);
  expect(await statuses()).toEqual([200, 200]);

  pool.idleCount = 0;
  await pass(15_000);
  expect(await statuses()).toEqual([200, 200]);
  await pass(10_000);
  expect(await statuses()).toEqual([200, 503]);
  // It has been down for less than 30 s.
  await pass(20_000);
  expect(await statuses()).toEqual([200, 503]);
  // 30 s and the jitter of half of it.
  await pass(30_000);
  expect(await statuses()).toEqual([503, 503]);

  pool.idleCount = 1;
  await pass(3000);
  expect(await statuses()).toEqual([200, 200]);
});
