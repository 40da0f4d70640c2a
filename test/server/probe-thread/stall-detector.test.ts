import { expect, test } from "vitest";
import {
  isStalled,
  StallWatch,
  stallBeyond,
  stallFailure,
} from "../../../src/server/probe-thread/stall-detector.ts";

/** A look at a moment, at which the last beat was at another one. */
type Look = readonly [now: number, beat: number, counts?: boolean];

test.each<[string, readonly Look[], number]>([
  ["what was before a first look is no stall", [[1000, 0]], 50],
  [
    "a beat is no stall",
    [
      [1000, 990],
      [1050, 1040],
    ],
    10,
  ],
  [
    "time since the last beat is one",
    [
      [1000, 1000],
      [1050, 1000],
      [1150, 1000],
    ],
    150,
  ],
  [
    "a beat ends it",
    [
      [1000, 1000],
      [1090, 1000],
      [1140, 1130],
    ],
    10,
  ],
  ["a beat of the future counts as one of now", [[1000, 1001]], 0],
  [
    "what does not count is none",
    [
      [1000, 1000],
      [1050, 1000],
      [1100, 1000, false],
    ],
    0,
  ],
  [
    "what did not count does not count later",
    [
      [1000, 1000, false],
      [1050, 1000, false],
      [1100, 1000],
    ],
    50,
  ],
])("%s", (_, looks, expected) => {
  const watch = new StallWatch();
  const lasted = looks.map(([now, beat, counts = true]) => watch.look(now, beat, counts));
  expect(lasted.at(-1)).toBe(expected);
});

test("a loop counts as stalled from the fourth beat on that it has missed", () => {
  expect([199, 200].map((lasted) => isStalled(lasted))).toEqual([false, true]);
});

test.each([
  [2399, undefined],
  [2400, "the event loop has not turned for 2.4 s"],
  [30_049, "the event loop has not turned for 30.0 s"],
])("a stall of %i ms fails a probe from its limit on, with the seconds", (lasted, reason) => {
  expect(stallFailure(lasted, 2400)).toBe(reason);
});

test.each<[string, number, number, number]>([
  ["a beat that is a little late is none", 0, 150, 0],
  ["one counts as a whole once it is one", 150, 210, 210],
  ["one that goes on counts for what is new", 210, 260, 50],
])("of stalls: %s", (_, before, lasted, counted) => {
  expect(stallBeyond(before, lasted)).toBe(counted);
});
