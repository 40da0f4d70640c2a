import { expect, test } from "vitest";
import { HungRuns } from "../../src/engine/hung-runs.ts";

/** The runs of a check after so many were written off, each at the moment 1000. */
function after(count: number): HungRuns {
  const runs = new HungRuns();
  for (let run = 0; run < count; run++) runs.add(1000);
  return runs;
}

test("one run that hangs holds no other back", () => {
  expect(after(1)).toMatchObject({ isHung: false, heldUntil: -Infinity });
});

test.each([
  [2, 31_000],
  [3, 61_000],
  [4, 121_000],
  [5, 241_000],
  [6, 301_000],
  [7, 301_000],
])("while %i hang, the next attempt waits until %i", (count, heldUntil) => {
  expect(after(count)).toMatchObject({ isHung: true, heldUntil });
});

test("a run that ends in time allows others, until one more hangs", () => {
  const runs = after(3);
  runs.lift();
  expect(runs).toMatchObject({ isHung: false, heldUntil: -Infinity });
  runs.add(2000);
  expect(runs).toMatchObject({ isHung: true, heldUntil: 32_000 });
});

test("a run that ends late is taken off the count", () => {
  const runs = after(2);
  runs.settled();
  runs.add(2000);
  expect(runs.isHung).toBe(true);
  runs.settled();
  runs.settled();
  runs.add(3000);
  expect(runs).toMatchObject({ isHung: false, heldUntil: -Infinity });
});
