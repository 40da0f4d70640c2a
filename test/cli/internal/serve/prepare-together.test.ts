import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { prepareTogether } from "../../../../src/cli/internal/serve/prepare-together.ts";
import { brandCheck, type Check } from "../../../../src/contract/check.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const checkWith = (prepare?: Check["prepare"]) =>
  brandCheck({ scope: "dependency", options: {}, run: () => {}, prepare });

/** Prepares a run as the engine does, and says when that is over. */
function preparing({ prepare }: Check) {
  const seen = { over: false };
  void prepare?.().then(() => {
    seen.over = true;
  });
  return seen;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

test("a run of any check begins once the drivers of all are loaded", async () => {
  const { add } = prepareTogether();
  let loaded = () => {};
  const load = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        loaded = resolve;
      }),
  );
  add(checkWith(load));
  const seen = preparing(add(checkWith()));
  await settled();
  expect([load.mock.calls.length, seen.over]).toEqual([1, false]);
  loaded();
  await settled();
  expect(seen.over).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a driver that cannot be loaded holds no other check, and one that hangs does for the limit", async () => {
  const { add, prepareAll } = prepareTogether(100);
  const hanging = preparing(add(checkWith(() => new Promise(() => {}))));
  add(checkWith(() => Promise.reject(new Error("It is not installed."))));
  const seen = preparing(add(checkWith()));
  await vi.advanceTimersByTimeAsync(99);
  expect([hanging.over, seen.over]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(1);
  expect([hanging.over, seen.over]).toEqual([false, true]);
  await expect(prepareAll()).resolves.toBeUndefined();
});
