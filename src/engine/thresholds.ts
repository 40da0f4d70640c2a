import type { OutcomeStatus, Status } from "../contract/check.ts";
import type { CheckSettings } from "./settings.ts";

/** A status, and the number of consecutive runs that contradict it. */
export interface ThresholdState {
  readonly status: Status;
  /** Consecutive down runs while the status is not down, or runs that were not down while it is. */
  readonly against: number;
}

/** The state before the first run, and after a pause that is too long. */
export const NO_RUNS: ThresholdState = { status: "unknown", against: 0 };

/**
 * Counts one run. The first sets the status at once; after it, a threshold's number of consecutive
 * runs must agree before the status changes between down and not down. Up and degraded replace each
 * other at once.
 */
export function applyThresholds(
  state: ThresholdState,
  outcome: OutcomeStatus,
  {
    failureThreshold,
    successThreshold,
  }: Pick<CheckSettings, "failureThreshold" | "successThreshold">,
): ThresholdState {
  const { status } = state;
  const isDown = outcome === "down";
  const against = state.against + 1;
  const stays =
    status !== "unknown" &&
    (status === "down") !== isDown &&
    against < (isDown ? failureThreshold : successThreshold);
  return stays ? { status, against } : { status: outcome, against: 0 };
}
