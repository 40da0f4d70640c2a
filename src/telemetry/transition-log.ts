import type { ChangeEvent, PhaseEvent } from "../contract/health.ts";
import type { TaskReport } from "../contract/report.ts";
import type { Log } from "./log.ts";

/** Writes one line for each change of state, and none for a probe. */
export interface TransitionLog {
  change(event: ChangeEvent): void;
  phase(event: PhaseEvent): void;
  taskFailed(task: TaskReport, again: number | undefined): void;
  /** Start-up takes long; it waits for these tasks, or else for `markStarted()`. */
  startupLate(tasks: readonly TaskReport[]): void;
}

/** Puts what changes into sentences, for a log. */
export function createTransitionLog(log: Log): TransitionLog {
  return {
    change({ check, from, to, reason }) {
      const why = reason === undefined || to === "up" ? "" : `: ${reason}`;
      log(to === "up" ? "info" : "warn", `check ${check} is ${to}, was ${from}${why}`, {
        check,
        from,
        to,
        reason,
      });
    },
    phase({ from, to }) {
      log("info", `the service is ${to}, was ${from}`, { from, to });
    },
    taskFailed({ name, reason }, again) {
      const then = again === undefined ? "" : `. It is tried again in ${again / 1000} s.`;
      log("error", `start-up task "${name}" has failed: ${reason}${then}`, { task: name, reason });
    },
    startupLate(tasks) {
      const what = tasks.map(describe).join(", ") || "started() to be called";
      log("warn", `start-up takes long; it waits for ${what}`, { tasks });
    },
  };
}

function describe({ name, status, progress }: TaskReport): string {
  if (status === "failed") return `"${name}" (failed)`;
  return progress === undefined ? `"${name}"` : `"${name}" (${Math.round(100 * progress)} %)`;
}
