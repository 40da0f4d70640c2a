import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";

/** Returns the checks that a caller may see. */
export function shownChecks(report: Report, exposure: Exposure): readonly CheckReport[] {
  return exposure === "status" ? [] : report.checks;
}

/** Whether a check works: up or degraded. */
export function works({ status }: CheckReport): boolean {
  return status === "up" || status === "degraded";
}

/**
 * Returns the reasons that a service itself fails a probe, whatever its checks; for callers that may see
 * details.
 */
export function ownReasons(report: Report): readonly string[] {
  const { probe, check, status, reason, phase, tasks } = report;
  if (status !== "down") return [];
  const stated = reason === undefined ? [] : [reason];
  // Start-up and the drain make no check and no group any worse, and no liveness.
  if (check !== undefined || probe === "liveness") return stated.map(oneLine);
  const touched = probe === "readiness" || phase === "starting";
  return [
    ...stated,
    ...(touched && phase !== "serving" ? [`The service is ${phase}.`] : []),
    ...tasks.map(({ name, status, reason }) =>
      status === "pending"
        ? `The start-up task "${name}" is pending.`
        : `The start-up task "${name}" has failed: ${reason ?? "no reason was given"}`,
    ),
  ].map(oneLine);
}

/** Returns the observations and timings of a run, as plain values; for callers that may see details. */
export function figuresOf(check: CheckReport): Readonly<Record<string, number | string | boolean>> {
  const seen = Object.entries(check.observations ?? {}).map(([name, { value }]) => [name, value]);
  const times = { duration: check.duration, age: check.age };
  const timings = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [[name, Math.round(time)]],
  );
  return Object.fromEntries([...seen, ...timings]);
}

/** Removes line breaks and other control characters from a text. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}
