import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GIVE_UP_AFTER } from "../../src/checks/internal/common/one-at-a-time.ts";
import { throughPool } from "../../src/checks/internal/sql/pool.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a pool that never lends has two requests of a check in its queue at most, and lends what comes late", async () => {
  const lend: ((connection: string) => void)[] = [];
  const returned: string[] = [];
  const run = throughPool(
    {
      connect: () => new Promise<string>((resolve) => lend.push(resolve)),
      giveBack: (connection) => void returned.push(connection),
      destroy: () => {},
      sizes: () => undefined,
      opening: () => [],
    },
    async () => ({ status: "up" }),
  );
  const requests: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const over = new AbortController();
    const outcome = run({ signal: over.signal });
    over.abort(new Error("late"));
    await expect(outcome).rejects.toThrow("late");
    requests.push(lend.length);
    vi.advanceTimersByTime(GIVE_UP_AFTER + 1);
  }
  expect(requests).toEqual([1, 2, 2, 2, 2]);
  const last = run({ signal: new AbortController().signal });
  lend[1]?.("second");
  lend[0]?.("first");
  expect(await last).toMatchObject({ status: "up" });
  expect([lend.length, returned.sort()]).toEqual([2, ["first", "second"]]);
});
