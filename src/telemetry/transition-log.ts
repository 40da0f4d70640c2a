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
  /** Logs once that the format function of the service has blocked the process for so many milliseconds. */
  formatSlow(milliseconds: number): void;
}

/** Makes the log of state changes. */
export function createTransitionLog(log: Log): TransitionLog {
  const logged = new Set<string>();
  /** Logs a line, unless one of the same key was logged. */
  const logOnce = (key: string, ...line: Parameters<Log>) => {
    if (logged.has(key)) return;
    logged.add(key);
    log(...line);
  };
  return {
    change({ check, from, to, reason, code }) {
      const why = reason === undefined || to === "up" ? "" : `: ${reason}`;
      log(to === "up" ? "info" : "warn", `check ${check} is ${to}, was ${from}${why}`, {
        check,
        from,
        to,
        reason,
        code,
      });
    },
    phase({ from, to }) {
      log("info", `service is ${to}, was ${from}`, { from, to });
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
    formatSlow(milliseconds) {
      const code: WarningCode = "HALE_FORMAT_SLOW";
      const text = `http.format blocked the process; milliseconds: ${Math.round(milliseconds)}. It must wait for nothing.`;
      logOnce(code, "warn", `${text} (${code})`, { code, milliseconds });
    },
  };
}

function describe({ name, status, progress }: TaskReport): string {
  if (status === "failed") return `"${name}" (failed)`;
  return `"${name}"${progress === undefined ? "" : ` (${Math.round(100 * progress)} %)`}`;
}
