import type { WarningCode } from "../contract/errors.ts";
import type { ChangeEvent, PhaseEvent } from "../contract/health.ts";
import type { TaskReport } from "../contract/report.ts";
import type { Log } from "./log.ts";

/** The log of state changes: one line for each, and none for a probe. */
export interface TransitionLog {
  change(event: ChangeEvent): void;
  phase(event: PhaseEvent): void;
  taskFailed(task: TaskReport, retryIn: number | undefined): void;
  /** Logs that startup exceeded its deadline, with its unfinished tasks and what else it waits for. */
  startupLate(tasks: readonly TaskReport[], awaited: readonly string[]): void;
  listenerFailed(event: string, reason: string): void;
  /** Logs once that a format could not be written, so that json is sent in its place. */
  formatFailed(format: string, reason: string): void;
  /** Logs a warning once; its code is one of its fields. */
  warnOnce(text: string, fields: Warned): void;
}

/** The fields of a warning that is logged once. */
export interface Warned {
  readonly code: WarningCode;
}

/** Makes the log of state changes. */
export function createTransitionLog(log: Log): TransitionLog {
  const logged = new Set<string>();
  let stage = "";
  /** Logs a line, unless one of the same key was logged. */
  const logOnce = (key: string, ...line: Parameters<Log>) => {
    if (logged.has(key)) return;
    logged.add(key);
    log(...line);
  };
  return {
    change(event) {
      const { check, from, to, reason } = event;
      const isUp = to === "up";
      const why = reason === undefined || isUp ? "" : `: ${reason}`;
      const line = `check ${check} is ${to}, was ${from}${stage}${why}`;
      log(isUp || stage ? "info" : "warn", line, event);
    },
    phase(event) {
      const { from, to } = event;
      // The service then stops its own consumers and workers, which is no fault.
      if (to === "draining") stage = ", while draining";
      log("info", `service is ${to}, was ${from}`, event);
    },
    taskFailed({ name, reason }, retryIn) {
      const next =
        retryIn === undefined
          ? "startup stays 503 until a restart"
          : `next attempt in ${retryIn / 1000} s`;
      log("error", `start-up task "${name}" failed: ${reason}; ${next}`, {
        task: name,
        reason,
      });
    },
    startupLate(tasks, awaited) {
      const pending = [...tasks.map(describe), ...awaited].join(", ");
      log("warn", `startup is still 503 after its deadline; waiting for: ${pending}`, { tasks });
    },
    listenerFailed(event, reason) {
      logOnce(`event ${event}`, "error", `"${event}" listener failed: ${reason}`, {
        event,
        reason,
      });
    },
    formatFailed(format, reason) {
      const code: WarningCode = "HALE_FORMAT_FAILED";
      const text = `format ${format} failed, json is sent instead: ${reason}`;
      logOnce(`format ${format}`, "error", `${text} (${code})`, { code, format, reason });
    },
    warnOnce(text, fields) {
      logOnce(fields.code, "warn", text, fields);
    },
  };
}

function describe({ name, status, progress }: TaskReport): string {
  if (status === "failed") return `"${name}" (failed)`;
  return `"${name}"${progress === undefined ? "" : ` (${Math.round(100 * progress)} %)`}`;
}
