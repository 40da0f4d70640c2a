import fc from "fast-check";
import { expect, test } from "vitest";
import { AwakeClock } from "../../../src/server/probe-thread/awake-clock.ts";

/** A clock that is looked at by these moments. */
function clockLookedAt(...moments: number[]) {
  let now = moments[0] ?? 0;
  const clock = new AwakeClock(() => now);
  for (const moment of moments) {
    now = moment;
    clock.now();
  }
  return {
    clock,
    nowAt(moment: number) {
      now = moment;
      return clock.now();
    },
  };
}

test("it goes on while the thread looks at it", () => {
  const { nowAt } = clockLookedAt(1000, 1050, 1150);
  expect(nowAt(1200)).toBe(1200);
});

test("of a time in which the thread stood still, one tick counts", () => {
  const { nowAt } = clockLookedAt(1000, 1050);
  expect(nowAt(21_050)).toBe(1100);
  expect(nowAt(21_100)).toBe(1150);
});

test("a thread that is throttled most of the time has the ticks that it had", () => {
  const { nowAt } = clockLookedAt(1000, 1200, 1400);
  expect(nowAt(1600)).toBe(1150);
});

test("moments before, between and within such times are translated", () => {
  const { clock } = clockLookedAt(1000, 1050, 11_050, 11_100, 31_100);
  expect([0, 1050, 1100].map((moment) => clock.at(moment))).toEqual([0, 1050, 1100]);
  expect([1101, 5000, 11_050].map((moment) => clock.at(moment))).toEqual([1100, 1100, 1100]);
  expect([11_100, 11_150, 20_000, 31_100].map((moment) => clock.at(moment))).toEqual([
    1150, 1200, 1200, 1200,
  ]);
});

test("it never goes back, in whatever order it is asked", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(steps, fc.array(fc.nat(150_000), { minLength: 2 }), (gaps, moments) => {
      let moment = 0;
      const looks = gaps.map((gap) => {
        moment += gap;
        return moment;
      });
      const { clock } = clockLookedAt(0, ...looks);
      const sorted = moments.sort((one, other) => one - other).map((at) => clock.at(at));
      expect(sorted).toEqual([...sorted].sort((one, other) => one - other));
    }),
  );
});
