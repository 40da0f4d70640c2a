import { expect, test } from "vitest";
import { withDeadline } from "../../src/contract/with-deadline.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";

test("what settles in time is the result, and no timer is left", async () => {
  const clock = new FakeClock();
  expect(await withDeadline(clock, 100, Promise.resolve("in time"), () => "late")).toBe("in time");
  const failed = withDeadline(clock, 100, Promise.reject(new Error("It failed.")), () => "late");
  await expect(failed).rejects.toThrow("It failed.");
  expect(clock.pending).toBe(0);
});

test("what has not settled at the deadline is late, and a late failure goes on", async () => {
  const clock = new FakeClock();
  const late = withDeadline(clock, 100, new Promise(() => {}), () => "late");
  const refused = withDeadline(clock, 100, new Promise(() => {}), () => {
    throw new Error("It is late.");
  });
  refused.catch(() => {});
  await clock.advance(100);
  expect(await late).toBe("late");
  await expect(refused).rejects.toThrow("It is late.");
});

test("what settles in the turn after the deadline is in time: the loop was busy", async () => {
  const clock = new FakeClock();
  let settle = (_: string) => {};
  const result = withDeadline(
    clock,
    100,
    new Promise((resolve) => (settle = resolve)),
    () => "late",
  );
  clock.after(100, () => settle("in time"));
  await clock.advance(100);
  expect(await result).toBe("in time");
});

test("the deadline counts from the next turn, however long this one is busy", async () => {
  const clock = new FakeClock();
  const promise = new Promise((resolve) => void clock.after(150, () => resolve("in time")));
  const result = withDeadline(clock, 100, promise, () => "late");
  clock.stall(120);
  await clock.advance(99);
  expect(await result).toBe("in time");
  const late = withDeadline(clock, 100, new Promise(() => {}), () => "late");
  clock.stall(120);
  await clock.advance(100);
  expect(await late).toBe("late");
});

test("a failure after the deadline is no unhandled rejection", async () => {
  const clock = new FakeClock();
  let fail = (_: Error) => {};
  const promise = new Promise((_, reject) => (fail = reject));
  const result = withDeadline(clock, 100, promise, () => "late");
  await clock.advance(100);
  fail(new Error("It failed late."));
  await settled();
  expect(await result).toBe("late");
});
