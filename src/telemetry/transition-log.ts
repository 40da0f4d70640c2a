import type { ChangeEvent, PhaseEvent } from "../contract/health.ts";
import type { Logger } from "../contract/logger.ts";
import type { TaskReport } from "../contract/report.ts";

/** Writes one line of hale's to the service's own logger. */
export type Log = (level: keyof Logger, message: string, fields: object) => void;

/** Writes one line for each change of state, and none for a probe. */
export interface TransitionLog {
  readonly line: Log;
  change(event: ChangeEvent): void;
  phase(event: PhaseEvent): void;
  taskFailed(task: TaskReport, again: number | undefined): void;
}

/** A log that goes through the service's own logger; `false` for none. */
export function createTransitionLog(logger: Logger | false): TransitionLog {
  const log: Log = (level, message, fields) => {
    if (logger !== false) void writeLine(logger, level, message, fields);
  };
  return {
    line: log,
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
  };
}

/** pino takes fields before the message; other loggers get the message alone, which says it all. */
async function writeLine(
  logger: Logger,
  level: keyof Logger,
  message: string,
  fields: object,
): Promise<void> {
  try {
    const call = logger[level].bind(logger) as (...args: unknown[]) => unknown;
    const line = `hale: ${message}`;
    await ("bindings" in logger ? call({ hale: fields }, line) : call(line));
  } catch {
    // A logger that fails must not fail a probe.
  }
}
