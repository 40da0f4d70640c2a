import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";

/** The checks that a reader may see. */
export function shownChecks(report: Report, exposure: Exposure): readonly CheckReport[] {
  return exposure === "status" ? [] : report.checks;
}

/** Whether a check works, if not well: neither down nor `unknown`. */
export function works({ status }: CheckReport): boolean {
  return status === "up" || status === "degraded";
}

/**
 * The sentences that say why a service fails a probe by itself, whatever its checks say; for who
 * sees details.
 */
export function ownReasons({ probe, status, reason, phase, tasks }: Report): readonly string[] {
  if (status !== "down") return [];
  const touched = probe === "readiness" || (probe !== "liveness" && phase === "starting");
  return [
    ...(reason === undefined ? [] : [reason]),
    ...(touched && phase !== "serving" ? [`The service is ${phase}.`] : []),
    ...(probe === "liveness" ? [] : tasks).map(({ name, status, reason }) =>
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
