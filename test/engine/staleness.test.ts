import { expect, test } from "vitest";
import { retryDelay } from "../../src/engine/retry-delay.ts";
import { isReusable, nextInterval, staleAfter } from "../../src/engine/staleness.ts";

const ON_DEMAND = { timeout: 500, maxAge: 1000, interval: undefined };
const SAMPLED = { timeout: 500, maxAge: 1000, interval: 5000 };

test.each([
  [0, true],
  [999, true],
  [1000, false],
])("a result of %i ms is reused on demand: %s", (age, reused) => {
  expect(isReusable(age, ON_DEMAND)).toBe(reused);
});

test("a maxAge of 0 reuses nothing", () => {
  expect(isReusable(0, { ...ON_DEMAND, maxAge: 0 })).toBe(false);
});

test.each([
  [15_500, true],
  [15_501, false],
])("a sampled result of %i ms, at an interval of 5000, is reused: %s", (age, reused) => {
  expect(isReusable(age, SAMPLED)).toBe(reused);
});

test("a result says nothing any more after maxAge + timeout, or 3 × interval + timeout", () => {
  expect(staleAfter(ON_DEMAND)).toBe(1500);
  expect(staleAfter(SAMPLED)).toBe(15_500);
});

test.each([
  [0, 900],
  [0.5, 1000],
  [1, 1100],
])("an interval of 1000 with chance %d is %i ms", (random, wait) => {
  expect(nextInterval(1000, random)).toBeCloseTo(wait);
});

test("attempts after a hang wait for 30 s, 60 s, 120 s, 240 s, and then 5 min each", () => {
  expect([0, 1, 2, 3, 4, 5].map(retryDelay)).toEqual([
    30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
  ]);
});
