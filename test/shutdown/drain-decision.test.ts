import { describe, expect, test } from "vitest";
import { describeWait, shouldSendGoaway } from "../../src/shutdown/drain-decision.ts";
import { type DrainState, quietOf } from "../../src/shutdown/drain-state.ts";
import type { Prober } from "../../src/shutdown/probers.ts";
import { decide, drain, outcome, settings } from "./_drain.ts";

const prober = (seen: number, ...refusals: number[]): Prober => ({ seen, refusals });

test("a service that had not started has nothing to wait for, in Kubernetes neither", () => {
  const decision = { over: true, why: "the service had not started" };
  expect(decide({ started: false, lastRequest: 100_000 })).toEqual(decision);
  expect(decide({ started: false, kubernetes: true })).toEqual(decision);
});

test.each<[string, Partial<DrainState>]>([
  ["with a prober", { probers: [prober(99_000)] }],
  ["in Kubernetes", { kubernetes: true }],
  ["in a worker that its primary has not released", { lead: { draining: true } }],
])("a port that other code has closed ends it at once %s, and `min` is waited for", (_, view) => {
  const closed = { ...view, portClosed: true };
  expect(decide(closed)).toEqual(outcome("other code closed the port"));
  const min = { ...closed, settings: { ...settings, min: 3000 } };
  expect(decide(min)).toEqual(outcome(3000));
  expect(decide({ ...min, now: 103_000 })).toEqual(outcome("other code closed the port"));
});

describe("in Kubernetes", () => {
  const quiet = "5 s passed; no requests for 2 s";
  const full = "15 s passed (drain.max); requests still came";
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
    expect(decide({ kubernetes: true, now, lastRequest })).toEqual(outcome(expected));
  });

  test("with a least time below `quiet`, it takes `quiet`", () => {
    const short = { kubernetes: true, settings: { ...settings, min: 0 } };
    expect(decide(short)).toEqual({ over: false, again: 2000 });
    expect(decide({ ...short, now: 102_000 })).toMatchObject({ over: true });
  });

  test("the least time is the longest one where that is less", () => {
    const short = { kubernetes: true, settings: { ...settings, quiet: 100, max: 300 } };
    expect(decide(short)).toEqual({ over: false, again: 300 });
  });

  test("probers are not waited for", () => {
    const view = { kubernetes: true, now: 105_000, probers: [prober(104_999)] };
    expect(decide(view)).toMatchObject({ over: true });
  });
});

describe("elsewhere, with probers", () => {
  const received = "every recent prober (1) received 3 × 503; no requests for 2 s";
  test.each<[string, number, number, Prober[], number | string]>([
    [
      "one that has not received enough is waited for",
      104_000,
      -Infinity,
      [prober(104_000, 102_000, 104_000)],
      11_000,
    ],
    [
      "`quiet` begins when it has received enough",
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
      received,
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
      "it says how many are missing when the longest time is over",
      115_000,
      -Infinity,
      [prober(102_000, 100_500, 101_000, 102_000), prober(99_000)],
      "15 s passed (drain.max); 1 of 2 recent probers had not received 3 × 503",
    ],
    [
      "one that is soon no recent prober is decided on again then",
      100_000,
      -Infinity,
      [prober(45_000)],
      5001,
    ],
  ])("%s", (_, now, lastRequest, probers, expected) => {
    expect(decide({ now, lastRequest, probers })).toEqual(outcome(expected));
  });

  test("with `failedProbes: 0` no 503 is waited for, and `quiet` is", () => {
    const view = { probers: [prober(99_000)], settings: { ...settings, failedProbes: 0 } };
    expect(decide(view)).toEqual({ over: false, again: 2000 });
  });
});

describe("elsewhere, without a prober", () => {
  const silent = "no recurring prober in the last minute; no requests for 2 s";
  test.each<[string, number, number, number | string]>([
    [
      "or a request nothing is waited for",
      100_000,
      -Infinity,
      "no recurring prober and no application request in the last minute",
    ],
    [
      "a request of more than a minute ago is none",
      100_000,
      39_999,
      "no recurring prober and no application request in the last minute",
    ],
    ["recent traffic is waited for until it is quiet", 100_000, 99_999, 2000],
    ["a request that comes meanwhile prolongs it", 102_000, 101_500, 1500],
    ["it is over after that", 103_500, 101_500, silent],
    [
      "it waits no longer than for the longest time",
      115_000,
      114_999,
      "15 s passed (drain.max); requests still came",
    ],
  ])("%s", (_, now, lastRequest, expected) => {
    expect(decide({ now, lastRequest })).toEqual(outcome(expected));
  });
});

describe("where other processes take new connections, which come until the port is closed", () => {
  const pm2 = { siblings: true, lastRequest: 102_000 };

  test("`quiet` passes, whatever comes", () => {
    expect(decide({ ...pm2, now: 101_500 })).toEqual({ over: false, again: 500 });
    const why = "2 s passed; other processes take new connections";
    expect(decide({ ...pm2, now: 102_000 })).toEqual({ over: true, why });
  });

  test("probers are waited for, and so is Kubernetes", () => {
    expect(decide({ ...pm2, now: 102_000, probers: [prober(101_000)] })).toMatchObject({
      over: false,
    });
    expect(decide({ ...pm2, now: 104_999, kubernetes: true })).toMatchObject({ over: false });
  });
});

describe("the least time counts wherever it is given", () => {
  const given = { settings: { ...settings, min: 3000 } };
  test.each<[string, Partial<DrainState>, number | string]>([
    ["without a prober or a request", {}, 3000],
    [
      "and is told of then",
      { now: 103_000 },
      "3 s passed; no recurring prober in the last minute; no requests for 2 s",
    ],
    ["with recent traffic", { lastRequest: 99_999 }, 3000],
    ["with probers that have received enough", { probers: [prober(100_000, 1, 2, 100_000)] }, 3000],
    ["where the service had not started", { started: false }, 3000],
    ["in Kubernetes without a server", { kubernetes: true, reachable: false }, 3000],
    [
      "in a worker that the primary has released",
      { lead: { draining: true, released: 100_000 } },
      3000,
    ],
  ])("%s", (_, view, expected) => {
    expect(decide({ ...given, ...view })).toEqual(outcome(expected));
  });
});

describe("`quiet` follows the traffic", () => {
  const auto = {
    settings: { ...settings, quiet: "auto" as const },
    traffic: { count: 300, mean: 200, longest: 1100 },
  };
  test.each<[string, Partial<DrainState>, number]>([
    ["shortly after probers have received their 503s", { probers: [prober(100_000)] }, 600],
    ["longer without probers", {}, 1800],
    [
      "longer in Kubernetes, whose endpoints ask no prober",
      { kubernetes: true, probers: [prober(100_000)] },
      1800,
    ],
    ["longer in a worker, which sees no prober", { lead: { draining: true } }, 1800],
    ["no longer than the longest time", { settings: { ...auto.settings, max: 500 } }, 500],
    ["not where it is given", { settings }, 2000],
  ])("%s", (_, view, expected) => {
    expect(quietOf(drain({ ...auto, ...view }))).toBe(expected);
  });
});

describe("HTTP/2 clients are sent a GOAWAY", () => {
  test.each<[string, number, Prober[], boolean]>([
    [
      "not while a prober has yet to receive its 503s",
      120_000,
      [prober(119_000, 101_000, 102_000)],
      false,
    ],
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
    ["where there is no prober", 100_000, [], true],
  ])("%s", (_, now, probers, expected) => {
    expect(shouldSendGoaway(drain({ now, probers }))).toBe(expected);
  });

  test("at once in Kubernetes, whose services ask no prober", () => {
    expect(shouldSendGoaway(drain({ kubernetes: true, probers: [prober(99_000)] }))).toBe(true);
  });

  test("in a worker when the primary has released it", () => {
    expect(shouldSendGoaway(drain({ lead: { draining: true } }))).toBe(false);
    expect(shouldSendGoaway(drain({ lead: { draining: true, released: 100_000 } }))).toBe(true);
  });
});

describe("without a server", () => {
  test("Kubernetes sends no requests, so nothing is waited for", () => {
    expect(decide({ kubernetes: true, reachable: false })).toEqual({
      over: true,
      why: "there is no server to drain",
    });
  });

  test("a prober elsewhere may speak for a server that hale cannot see", () => {
    expect(decide({ reachable: false, probers: [prober(100_000)] })).toMatchObject({ over: false });
  });
});

describe("at the start the log says what is waited for", () => {
  test.each<[string, Partial<DrainState>]>([
    ["nothing to wait for: the service had not started", { started: false }],
    ["nothing to wait for: no recurring prober and no application request in the last minute", {}],
    ["waiting for 2 s without requests, at most 15 s", { lastRequest: 99_999 }],
    ["waiting for 5 s to pass and 2 s without requests, at most 15 s", { kubernetes: true }],
    [
      "waiting for every recent prober (2) to receive 3 × 503, then 2 s without requests, at most 15 s",
      { probers: [prober(99_000), prober(99_500)] },
    ],
    [
      "waiting for the drain of the primary and 2 s without requests, at most 15 s",
      { lead: { draining: true } },
    ],
  ])("%s", (expected, view) => {
    expect(describeWait(drain(view))).toBe(expected);
  });
});
