import { describe, expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { retryDelay } from "../../src/contract/retry-delay.ts";
import type { CheckState } from "../../src/engine/check-state.ts";
import { resolveSettings } from "../../src/engine/settings.ts";
import {
  forgottenAfter,
  nextInterval,
  reusableFor,
  staleAfter,
  stateAt,
} from "../../src/engine/staleness.ts";

const CHECK = defineCheck({ scope: "dependency", run: () => {} });
const ON_DEMAND = { timeout: 500, maxAge: 1000, interval: undefined };
const SAMPLED = { timeout: 500, maxAge: 1000, interval: 5000 };

test("a result is reused for maxAge on demand, and until it is stale with an interval", () => {
  expect(reusableFor(ON_DEMAND)).toBe(1000);
  expect(reusableFor({ ...ON_DEMAND, maxAge: 0 })).toBe(0);
  expect(reusableFor(SAMPLED)).toBe(15_500);
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

test.each([
  [60_000, ON_DEMAND, false],
  [60_001, ON_DEMAND, true],
  [60_500, { ...ON_DEMAND, maxAge: 60_000 }, false],
  [60_501, { ...ON_DEMAND, maxAge: 60_000 }, true],
  [10_000_000, SAMPLED, false],
])(
  "a pause of %i ms before a run with %j starts the thresholds anew: %s",
  (pause, times, forgotten) => {
    expect(pause > forgottenAfter(times)).toBe(forgotten);
  },
);

describe("a state that is read later", () => {
  const settings = {
    ...resolveSettings("db", CHECK, { defaults: { interval: 5000 }, deadline: 800 }),
  };
  const up: CheckState = {
    ...{ settings, status: "up", reason: undefined, code: undefined, observations: undefined },
    ...{ startedAt: 0, duration: 1, wasUp: true, restartAt: undefined, staleAt: 15_500 },
  };

  test("is what it was until it is stale", () => {
    expect(stateAt(up, 15_500)).toBe(up);
    expect(stateAt({ ...up, staleAt: undefined }, 1_000_000).status).toBe("up");
  });

  test("is unknown after that, and asks for no restart", () => {
    expect(stateAt({ ...up, status: "down", restartAt: 1 }, 15_501)).toMatchObject({
      status: "unknown",
      reason:
        "The last result is older than 15500 ms: the event loop was busy, or the process stood still.",
      code: "HALE_STALE",
      restartAt: undefined,
      wasUp: true,
    });
  });
});
