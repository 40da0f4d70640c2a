import type { OutcomeStatus, Status } from "../contract/check.ts";

/** A state, and how many consecutive runs have said otherwise. */
export interface ThresholdState {
  readonly status: Status;
  /** Consecutive runs that were down while the state is not, or that were not while it is. */
  readonly against: number;
}

/** The two thresholds of a check. */
export interface Thresholds {
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

/** The tally of a check that has not run. */
export const NO_RUNS: ThresholdState = { status: "unknown", against: 0 };

/**
 * Counts one run. The first sets the state at once; after it, a threshold's number of consecutive
 * runs must agree before the state changes between down and not down. Up and degraded replace each
 * other at once.
 */
export function applyThresholds(
  tally: ThresholdState,
  outcome: OutcomeStatus,
  thresholds: Thresholds,
): ThresholdState {
  if (tally.status === "unknown") return { status: outcome, against: 0 };
  const wasDown = tally.status === "down";
  const isDown = outcome === "down";
  if (wasDown === isDown) return { status: outcome, against: 0 };
  const against = tally.against + 1;
  const needed = isDown ? thresholds.failureThreshold : thresholds.successThreshold;
  return against >= needed ? { status: outcome, against: 0 } : { status: tally.status, against };
}
