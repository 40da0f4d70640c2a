import { describe, expect, test } from "vitest";
import type { WorkerReport } from "../../src/cluster/cluster-message.ts";
import {
  CLUSTER_RULES,
  isMissing,
  needed,
  type SlotState,
  verdictOfCluster,
  verdictOfSlot,
} from "../../src/cluster/cluster-rules.ts";
import type { OutcomeStatus } from "../../src/contract/check.ts";
import { type Phase, PROBES } from "../../src/contract/probe.ts";

const SILENCE = { readiness: 5000, liveness: 30_000 };

/** What a worker says: one letter for each of liveness, readiness, startup, deep. */
function says(letters: string, phase: Phase = "serving"): WorkerReport {
  const words = { u: "up", g: "degraded", d: "down" } as const;
  const [liveness, readiness, startup, deep] = [...letters].map((letter) => ({
    status: words[letter as keyof typeof words],
  }));
  if (!liveness || !readiness || !startup || !deep) throw new Error("Four letters.");
  return { phase, verdicts: { liveness, readiness, startup, deep } };
}

const here = (letters: string, silence = 0, phase: Phase = "serving"): SlotState => ({
  state: "here",
  report: says(letters, phase),
  silence,
});
const gone = (silence: number): SlotState => ({ state: "gone", ending: "it was killed", silence });

describe("one place, for liveness, readiness, startup and deep", () => {
  test.each<[string, SlotState, string]>([
    ["that never had a worker", { state: "empty", silence: 0 }, "uddd"],
    ["whose worker has not reported", { state: "here", silence: 0 }, "uddd"],
    ["whose worker starts slowly", { state: "here", silence: 99_000 }, "uddd"],
    ["whose worker is well", here("uuuu"), "uuuu"],
    ["whose worker is degraded", here("uggg"), "uggg"],
    ["whose worker starts", here("uddd", 0, "starting"), "uddd"],
    ["whose worker drains", here("uduu", 0, "draining"), "uduu"],
    ["whose worker drains, and said so before its checks", here("uuuu", 0, "draining"), "uduu"],
    ["whose worker is dead by its own word", here("dduu"), "dduu"],
    ["whose worker was reportTimeout for just as long as it may", here("uuuu", 5000), "uuuu"],
    ["whose worker is reportTimeout for longer", here("uuuu", 5001), "udud"],
    [
      "whose worker is reportTimeout for just as long as the living may",
      here("uuuu", 30_000),
      "udud",
    ],
    ["whose worker is reportTimeout for longer than that", here("uuuu", 30_001), "ddud"],
    ["whose worker has disconnected", { ...here("uuuu"), state: "left" }, "udud"],
    ["whose worker has just died", gone(0), "uddd"],
    ["whose worker died long ago, and has no successor", gone(30_001), "dddd"],
  ])("%s", (_, place, expected) => {
    const verdicts = PROBES.map((probe) => verdictOfSlot(probe, place, SILENCE));
    expect(
      verdicts.map(({ status }) => ({ up: "u", degraded: "g", down: "d" })[status]).join(""),
    ).toBe(expected);
  });

  test("says why", () => {
    expect(verdictOfSlot("readiness", gone(0), SILENCE).reason).toBe("it was killed");
    expect(verdictOfSlot("liveness", gone(30_001), SILENCE).reason).toBe(
      "it was killed, and no other has taken its place",
    );
    expect(verdictOfSlot("readiness", here("uuuu", 6000), SILENCE).reason).toBe(
      "it has not reported for more than 5000 ms",
    );
  });

  test("says what a worker must call once it could have", () => {
    const silent = (silence: number) =>
      verdictOfSlot("readiness", { state: "here", silence }, SILENCE).reason;
    expect(silent(5000)).toBe("it has not reported by reportToPrimary() yet");
    expect(silent(5001)).toBe("it has not reported yet; it must call reportToPrimary()");
  });

  test.each<[boolean, string, SlotState]>([
    [true, "that is there and late", { state: "here", silence: 5001 }],
    [false, "that may still report", { state: "here", silence: 5000 }],
    [false, "that has reported", here("uuuu", 5001)],
    [false, "that has disconnected", { state: "left", silence: 5001 }],
    [false, "that is gone", gone(5001)],
  ])("is missing (%s) of a worker %s", (missing, _, place) => {
    expect(isMissing(place, SILENCE)).toBe(missing);
  });
});

describe("all places together", () => {
  test.each<[string, number, number, number, number]>([
    // expected, worst, quorum, each
    ["none, since all are left out,", 0, 0, 0, 0],
    ["one", 1, 1, 1, 1],
    ["two", 2, 2, 2, 1],
    ["three", 3, 3, 2, 1],
    ["four", 4, 4, 3, 1],
    ["five", 5, 5, 3, 1],
  ])("of %s, worst, quorum and each need", (_, expected, ...passes) => {
    expect(CLUSTER_RULES.map((rule) => needed(rule, expected))).toEqual(passes);
  });

  // Of four that are expected: their verdicts, then worst, quorum and each.
  test.each<[string, string]>([
    ["uuuu", "uuu"],
    ["uuug", "ggg"],
    ["uuud", "dgg"],
    ["uudd", "ddg"],
    ["uddd", "ddg"],
    ["dddd", "ddd"],
    ["", "ddd"],
    // A fifth is there during a reload.
    ["uuuud", "ggg"],
    ["uuuuu", "uuu"],
    ["uuudd", "dgg"],
  ])("%j is %s", (letters, expected) => {
    const words: Readonly<Record<string, OutcomeStatus>> = { u: "up", g: "degraded", d: "down" };
    const verdicts = [...letters].map((letter) => words[letter] ?? "down");
    const found = CLUSTER_RULES.map((rule) => verdictOfCluster(rule, 4, verdicts));
    expect(found.map((status) => ({ up: "u", degraded: "g", down: "d" })[status]).join("")).toBe(
      expected,
    );
  });
});
