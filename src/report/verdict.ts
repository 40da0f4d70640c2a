import type { OutcomeStatus } from "../contract/check.ts";
import type { Phase, Probe } from "../contract/probe.ts";
import type { CheckState } from "../engine/check-state.ts";
import type { CheckSettings } from "../engine/settings.ts";

/** The part of a check's state that decides its verdict. */
export interface VerdictInput extends Pick<CheckState, "status" | "wasUp" | "restartAt"> {
  readonly settings: Pick<CheckSettings, "critical" | "shared" | "restartAfter">;
}

/** Decides the verdict of one check on a probe, at a moment. */
export function verdictOf(probe: Probe, check: VerdictInput, now: number): OutcomeStatus {
  const { status, settings } = check;
  if (status === "up" || status === "degraded") return status;
  if (!settings.critical) return "degraded";
  if (probe === "liveness") return isToRestart(check, now) ? "down" : "degraded";
  return probe === "readiness" && settings.shared && check.wasUp ? "degraded" : "down";
}

/** Whether a restart is due: immediately, or after `restartAfter` where it is set. */
function isToRestart({ status, settings, restartAt }: VerdictInput, now: number): boolean {
  if (status !== "down") return false;
  return settings.restartAfter === undefined || now >= (restartAt ?? Number.POSITIVE_INFINITY);
}

/** The part of the lifecycle that decides its verdict. */
export interface LifecycleState {
  readonly phase: Phase;
  /** Whether startup is done. */
  readonly started: boolean;
}

/** Decides the verdict of the lifecycle on a probe; it never fails liveness. */
export function verdictOfLifecycle(
  probe: Probe,
  { phase, started }: LifecycleState,
): OutcomeStatus {
  if (probe === "liveness") return "up";
  if (!started) return "down";
  return probe === "readiness" && phase === "draining" ? "down" : "up";
}

const WORST_FIRST = ["down", "degraded"] as const;

/** Returns the worst of some verdicts; up when there are none. */
export function worst(verdicts: readonly OutcomeStatus[]): OutcomeStatus {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "up";
}
