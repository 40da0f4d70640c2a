import { afterEach, expect, test, vi } from "vitest";
import type { PoolLimits } from "../../src/checks/internal/sql/pool-options.ts";
import type { Check } from "../../src/contract/check.ts";
import { runCheck } from "../_support/run-check.ts";

/** A pool of one connection, as the service uses it. */
export interface LimitedPool {
  /** Makes the check of the pool with limits. */
  check(limits: PoolLimits): Check;
  /** Takes the connection, and returns what gives it back. */
  take(): Promise<() => unknown>;
  /** Lists the connections that the server has of clients, the pool's among them. */
  connections(): Promise<readonly number[]>;
}

/** What holds for every check that borrows from a pool: it obeys the limits that it was given. */
export function poolLimitsContract(open: () => LimitedPool | Promise<LimitedPool>): void {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("a pool that was taken for longer than exhaustedFor is down, and degraded before", async () => {
    const { check, take } = await open();
    const it = check({ exhaustedFor: 150 });
    expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
    const giveBack = await take();
    vi.useFakeTimers({ toFake: ["performance"] });
    expect(await runCheck(it, 50)).toMatchObject({ status: "degraded" });
    vi.advanceTimersByTime(150);
    expect(await runCheck(it, 50)).toMatchObject({
      status: "down",
      reason: "The service has taken all 1 connections of the pool, for 150 ms or longer.",
    });
    await giveBack();
    expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
  });

  test("with reopenEvery the connection is another one after so long", async () => {
    const { check, connections } = await open();
    vi.useFakeTimers({ toFake: ["performance"] });
    const it = check({ reopenEvery: 1000 });
    expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
    const before = await connections();
    vi.advanceTimersByTime(1000);
    // Asked each time, so that the pool does not end it for its idleness.
    const kept = async () => {
      expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
      return (await connections()).filter((id) => before.includes(id));
    };
    await expect.poll(kept).toEqual([]);
  });
}
