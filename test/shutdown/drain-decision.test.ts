import { describe, expect, test } from "vitest";
import {
  type DrainState,
  decideDrain,
  type Prober,
  shouldSendGoaway,
} from "../../src/shutdown/drain-decision.ts";

const settings = { min: 5000, quiet: 2000, max: 15_000, failedProbes: 3 };

/** A drain that began at 100 s. */
function drain(view: Partial<DrainState>): DrainState {
  return {
    now: 100_000,
    began: 100_000,
    started: true,
    kubernetes: false,
    reachable: true,
    lastRequest: -Infinity,
    probers: [],
    settings,
    ...view,
  };
}

const judge = (view: Partial<DrainState>) => decideDrain(drain(view));

const prober = (seen: number, ...told: number[]): Prober => ({ seen, told });

test("a service that had not started has nothing to wait for, in Kubernetes neither", () => {
  const verdict = { over: true, why: "the service had not started" };
  expect(judge({ started: false, lastRequest: 100_000 })).toEqual(verdict);
  expect(judge({ started: false, kubernetes: true })).toEqual(verdict);
});

describe("in Kubernetes", () => {
  const quiet = "5 s have passed and no request came for 2 s";
  const full = "15 s have passed and requests still came";
  test.each<[string, number, number, number | string]>([
    ["the least time is waited for", 100_000, -Infinity, 5000],
    ["a part of it is left", 104_999, -Infinity, 1],
    ["it is over when the least time is", 105_000, -Infinity, quiet],
    ["a request before the drain counts for nothing after the least time", 105_000, 99_999, quiet],
    ["a request within `quiet` before the least time is waited for", 104_000, 103_500, 1500],
    ["a request at the end of the least time", 105_000, 104_999, 1999],
    ["it is over when `quiet` has passed since", 106_999, 104_999, quiet],
    ["it waits no longer than for the longest time", 114_000, 113_999, 1000],
    ["it is over at the longest time, whatever comes", 115_000, 114_999, full],
  ])("%s", (_, now, lastRequest, expected) => {
    expect(judge({ kubernetes: true, now, lastRequest })).toEqual(
      typeof expected === "number"
        ? { over: false, again: expected }
        : { over: true, why: expected },
    );
  });

  test("with a least time below `quiet`, it takes `quiet`", () => {
    const short = { kubernetes: true, settings: { ...settings, min: 0 } };
    expect(judge(short)).toEqual({ over: false, again: 2000 });
    expect(judge({ ...short, now: 102_000 })).toMatchObject({ over: true });
  });

  test("probers are not waited for", () => {
    const view = { kubernetes: true, now: 105_000, probers: [prober(104_999)] };
    expect(judge(view)).toMatchObject({ over: true });
  });
});

describe("elsewhere", () => {
  const told = "each of 1 probers was told 3 times and no request came for 2 s";
  test.each<[string, number, number, Prober[], number | string]>([
    ["without any prober it is over at once", 100_000, 99_999, [], "no prober was ever seen"],
    [
      "one that was not told enough is waited for",
      104_000,
      -Infinity,
      [prober(104_000, 102_000, 104_000)],
      11_000,
    ],
    [
      "`quiet` begins when it was told enough",
      104_000,
      -Infinity,
      [prober(104_000, 101_000, 102_000, 104_000)],
      2000,
    ],
    [
      "it is over after that",
      106_000,
      103_000,
      [prober(106_000, 101_000, 102_000, 104_000, 106_000)],
      told,
    ],
    [
      "a request after that prolongs it",
      106_000,
      105_000,
      [prober(104_000, 101_000, 102_000, 104_000)],
      1000,
    ],
    [
      "each prober counts for itself",
      103_000,
      -Infinity,
      [prober(102_000, 100_500, 101_000, 102_000), prober(99_000)],
      12_000,
    ],
    [
      "it says who was not told when the longest time is over",
      115_000,
      -Infinity,
      [prober(102_000, 100_500, 101_000, 102_000), prober(99_000)],
      "15 s have passed and 1 of 2 probers was not told 3 times",
    ],
    [
      "one that has not asked for a minute is none, but `quiet` is waited for",
      100_000,
      -Infinity,
      [prober(39_999)],
      2000,
    ],
    [
      "one that becomes so in between is judged again then",
      100_000,
      -Infinity,
      [prober(45_000)],
      5001,
    ],
    [
      "with none of the last minute it is over after `quiet`",
      102_000,
      -Infinity,
      [prober(39_999)],
      "no prober was seen for 60 s and no request came for 2 s",
    ],
  ])("%s", (_, now, lastRequest, probers, expected) => {
    expect(judge({ now, lastRequest, probers })).toEqual(
      typeof expected === "number"
        ? { over: false, again: expected }
        : { over: true, why: expected },
    );
  });

  test("with `failedProbes: 0` nobody has to be told, and `quiet` is waited for", () => {
    const view = { probers: [prober(99_000)], settings: { ...settings, failedProbes: 0 } };
    expect(judge(view)).toEqual({ over: false, again: 2000 });
  });
});

describe("HTTP/2 clients are told to move on", () => {
  test.each<[string, number, Prober[], boolean]>([
    ["not while a prober has yet to be told", 120_000, [prober(119_000, 101_000, 102_000)], false],
    [
      "not until `quiet` has passed since",
      104_999,
      [prober(103_000, 101_000, 102_000, 103_000)],
      false,
    ],
    ["after that", 105_000, [prober(103_000, 101_000, 102_000, 103_000)], true],
    [
      "not by one prober alone",
      105_000,
      [prober(103_000, 101_000, 102_000, 103_000), prober(104_000)],
      false,
    ],
    ["when a prober asks no more", 163_001, [prober(103_000)], true],
  ])("%s", (_, now, probers, expected) => {
    expect(shouldSendGoaway(drain({ now, probers }))).toBe(expected);
  });

  test("at once in Kubernetes, whose services ask no prober", () => {
    expect(shouldSendGoaway(drain({ kubernetes: true, probers: [prober(99_000)] }))).toBe(true);
  });
});

describe("without a server", () => {
  test("Kubernetes sends nobody, so that nothing is waited for", () => {
    expect(judge({ kubernetes: true, reachable: false })).toEqual({
      over: true,
      why: "there is no server to drain",
    });
  });

  test("a prober elsewhere may speak for a server that hale cannot see", () => {
    expect(judge({ reachable: false, probers: [prober(100_000)] })).toMatchObject({ over: false });
  });
});

describe.each([true, false])(
  "in a worker that the primary leads, in Kubernetes: %s",
  (kubernetes) => {
    const lead = (released?: number) => ({ kubernetes, lead: { released } });

    test.each([true, false])("it goes on until it is released, started: %s", (started) => {
      expect(judge({ ...lead(), started })).toEqual({ over: false, again: 15_000 });
    });

    test("it is over when it is released and no request came for `quiet`", () => {
      const why = "the drain of the primary is over and no request came for 2 s";
      expect(judge(lead(100_000))).toEqual({ over: true, why });
      expect(judge({ ...lead(101_000), now: 101_000, lastRequest: 100_500 })).toEqual({
        over: false,
        again: 1500,
      });
      expect(judge({ ...lead(101_000), now: 102_500, lastRequest: 100_500 })).toEqual({
        over: true,
        why,
      });
    });

    test("it waits no longer than for the longest time", () => {
      expect(judge({ ...lead(), now: 115_000 })).toEqual({
        over: true,
        why: "15 s have passed and the drain of the primary was not over",
      });
      expect(judge({ ...lead(101_000), now: 115_000, lastRequest: 114_999 })).toEqual({
        over: true,
        why: "15 s have passed and requests still came",
      });
    });
  },
);

test("HTTP/2 clients of a worker that the primary leads are told to move on when it is released", () => {
  expect(shouldSendGoaway(drain({ lead: { released: undefined } }))).toBe(false);
  expect(shouldSendGoaway(drain({ lead: { released: 100_000 } }))).toBe(true);
});
