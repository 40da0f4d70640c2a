import type { TaskReport } from "../../contract/report.ts";
import type { CheckView } from "../../engine/check-runner.ts";
import type { HealthInternals } from "../../health-internals.ts";
import type { CheckFacts, Snapshot } from "./messages.ts";

/** What the main thread believes now; `at` is this moment by the clock that the threads share. */
export function takeSnapshot({ engine, life, clock }: HealthInternals, at: number): Snapshot {
  const now = clock.now();
  // A result that has grown too old is unknown here, as it is for who waits for a new one.
  const old = new Set(engine.runners.filter((runner) => !runner.isCurrent(now)));
  const { phase, started, tasks } = life;
  return {
    life: { phase, started, tasks: tasks.map(sendable) },
    checks: engine.views(engine.runners, old).map((view) => factsOf(view, at)),
  };
}

/** A share of a task is whatever the service says; only a number can be sent to a thread for sure. */
function sendable({ progress, ...task }: TaskReport): TaskReport {
  return { ...task, ...(Number.isFinite(progress) && { progress }) };
}

function factsOf(view: CheckView, at: number): CheckFacts {
  const { settings, status, reason, observations, age, duration, wasUp, restartIn } = view;
  return {
    settings,
    status,
    reason,
    observations,
    startedAt: age === undefined ? undefined : at - age,
    duration,
    wasUp,
    restartAt: restartIn === undefined ? undefined : at + restartIn,
  };
}
