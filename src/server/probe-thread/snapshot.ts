import type { TaskReport } from "../../contract/report.ts";
import type { CheckState } from "../../engine/check-state.ts";
import type { HealthInternals } from "../../health-internals.ts";
import type { Snapshot } from "./messages.ts";

/** Takes the state of the main thread now; `at` is this moment by the clock that the threads share. */
export function takeSnapshot(
  { engine, lifecycle, clock, checkCounts: counts }: HealthInternals,
  at: number,
): Snapshot {
  const shift = at - clock.now();
  const { phase, started, tasks } = lifecycle;
  return {
    lifecycle: { phase, started, tasks: tasks.map(sendable) },
    checks: engine.states(engine.runners).map((state) => shifted(state, shift)),
    counts,
  };
}

/** A share of a task is whatever the service reports; only a number can be sent to a thread for sure. */
function sendable({ progress, ...task }: TaskReport): TaskReport {
  return { ...task, ...(Number.isFinite(progress) && { progress }) };
}

/** A state whose moments are those of another clock, which is ahead by so many milliseconds. */
export function shifted(state: CheckState, shift: number): CheckState {
  const move = (moment: number | undefined) => (moment === undefined ? undefined : moment + shift);
  const { startedAt, restartAt, staleAt } = state;
  return {
    ...state,
    startedAt: move(startedAt),
    restartAt: move(restartAt),
    staleAt: move(staleAt),
  };
}
