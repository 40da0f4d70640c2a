import { decideDrain } from "../../src/shutdown/drain-decision.ts";
import type { DrainState } from "../../src/shutdown/drain-state.ts";

/** The settings of a drain where a test is about others. */
export const settings = { quiet: 2000, max: 15_000, failedProbes: 3 } as const;

/** No traffic before the drain. */
const NONE = { count: 0, mean: Infinity, longest: Infinity };

/** A drain that began at 100 s. */
export function drain(view: Partial<DrainState>): DrainState {
  return {
    now: 100_000,
    began: 100_000,
    started: true,
    kubernetes: false,
    reachable: true,
    siblings: false,
    portClosed: false,
    lastRequest: -Infinity,
    traffic: NONE,
    probers: [],
    settings,
    ...view,
  };
}

/** Decides about a drain that began at 100 s. */
export const decide = (view: Partial<DrainState>) => decideDrain(drain(view));

/** What is expected: milliseconds that are left, or why it is over. */
export function outcome(expected: number | string) {
  return typeof expected === "number"
    ? { over: false, again: expected }
    : { over: true, why: expected };
}
