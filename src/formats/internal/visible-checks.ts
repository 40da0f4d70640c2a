import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";

/** The checks that a reader may see. */
export function shownChecks(report: Report, exposure: Exposure): readonly CheckReport[] {
  return exposure === "status" ? [] : report.checks;
}

/** Whether a report is of one check, and not of a probe or of a group. */
export function isOfOneCheck({ check, checks }: Report): boolean {
  return check !== undefined && checks[0]?.name === check;
}

/** Whether a check works, if not well: neither down nor `unknown`. */
export function works({ status }: CheckReport): boolean {
  return status === "up" || status === "degraded";
}

/**
 * The sentences that say why a service fails a probe by itself, whatever its checks say; for who
 * sees details.
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

/** What a run saw and how long it took, with plain values; for who sees details. */
export function figuresOf(check: CheckReport): Readonly<Record<string, number | string | boolean>> {
  const seen = Object.entries(check.observations ?? {}).map(([name, { value }]) => [name, value]);
  const times = { duration: check.duration, age: check.age };
  const told = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [[name, Math.round(time)]],
  );
  return Object.fromEntries([...seen, ...told]);
}

/** A text without line breaks and other control characters. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}
