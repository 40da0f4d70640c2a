import type { OutcomeStatus, Scope, Status } from "../contract/check.ts";
import type { Phase, Probe } from "../contract/probe.ts";

/** What a verdict needs to know of one check. */
export interface VerdictInput {
  readonly scope: Scope;
  readonly status: Status;
  readonly critical: boolean;
  readonly shared: boolean;
  /** Whether the check has been up in this process. */
  readonly wasUp: boolean;
  /** Whether the check says after how long an outage liveness fails. */
  readonly restartAfter: boolean;
  /** Whether it has been down for that long. */
  readonly restartDue: boolean;
}

/** What one check, on its own, makes of a probe. */
export function verdictOf(probe: Probe, check: VerdictInput): OutcomeStatus {
  const { status } = check;
  if (status === "up" || status === "degraded") return status;
  if (!check.critical) return "degraded";
  if (probe === "liveness") {
    const dead = status === "down" && (check.restartDue || !check.restartAfter);
    return dead ? "down" : "degraded";
  }
  if (probe === "readiness" && check.shared && check.wasUp) return "degraded";
  return "down";
}

/** Where the process is in its life, as far as a verdict rests on it. */
export interface LifecycleState {
  readonly phase: Phase;
  /** Whether startup is done. */
  readonly started: boolean;
}

/** What the life of the process, on its own, makes of a probe; it never touches liveness. */
export function verdictOfLifecycle(
  probe: Probe,
  { phase, started }: LifecycleState,
): OutcomeStatus {
  if (probe === "liveness") return "up";
  if (!started) return "down";
  return probe === "readiness" && phase === "draining" ? "down" : "up";
}

const WORST_FIRST = ["down", "degraded"] as const;

/** The worst of some verdicts; up when there are none. */
export function worst(verdicts: readonly OutcomeStatus[]): OutcomeStatus {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "up";
}
