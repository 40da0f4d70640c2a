import type { TaskReport } from "../contract/report.ts";
import type { Log } from "./transition-log.ts";

/** Logs what a start waits for that takes long. */
export function logStartupLate(log: Log, tasks: readonly TaskReport[]): void {
  const what = tasks.map(describe).join(", ") || "started() to be called";
  log("warn", `start-up takes long; it waits for ${what}`, { tasks });
}

function describe({ name, status, progress }: TaskReport): string {
  if (status === "failed") return `"${name}" (failed)`;
  return progress === undefined ? `"${name}"` : `"${name}" (${Math.round(100 * progress)} %)`;
}
