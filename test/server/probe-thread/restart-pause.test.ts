import { expect, test } from "vitest";
import { RestartPause } from "../../../src/server/probe-thread/restart-pause.ts";

const pausesAfter = (...listened: (number | undefined)[]) => {
  const pause = new RestartPause();
  return listened.map((milliseconds) => pause.next(milliseconds));
};

test("the first restart comes at once, and those after it wait longer, a second at most", () => {
  expect(pausesAfter(60_000, 0, 100, 9999, 50, 50, 50, 50)).toEqual([
    0, 100, 200, 400, 800, 1000, 1000, 1000,
  ]);
});

test("a worker that has listened for ten seconds begins a new row", () => {
  expect(pausesAfter(0, 0, 0, 10_000, 0)).toEqual([0, 100, 200, 0, 100]);
});

test("one that never listens waits five seconds at most", () => {
  const never = Array.from({ length: 9 }, () => undefined);
  expect(pausesAfter(60_000, ...never)).toEqual([
    0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000,
  ]);
});
