import type { Status } from "../../contract/check.ts";
import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { ownReasons, shownChecks } from "./visible-checks.ts";

/** Writes the JSON of draft-inadarei-api-health-check-06. */
export function writeHealthJson(report: Report, exposure: Exposure): string {
  return JSON.stringify(bodyOf(report, exposure));
}

function bodyOf(report: Report, exposure: Exposure): object {
  const status = wordFor(report.status);
  if (exposure === "status") return { status };
  const notes = exposure === "details" ? ownReasons(report) : [];
  return {
    status,
    ...(notes.length > 0 && { notes }),
    checks: componentsOf(shownChecks(report, exposure), exposure),
  };
}

function wordFor(status: Status): string {
  return { up: "pass", degraded: "warn", down: "fail", unknown: "fail" }[status];
}

/** One measurement of a component. */
interface Measurement {
  readonly name: string;
  readonly observedValue: number | string | boolean;
  readonly observedUnit?: string | undefined;
}

function componentsOf(checks: readonly CheckReport[], exposure: Exposure): object {
  const components = new Map<string, object[]>();
  const add = (key: string, details: object) =>
    components.set(key, [...(components.get(key) ?? []), details]);
  for (const check of checks) {
    const verdict = { componentType: "component", status: wordFor(check.status) };
    const measured = exposure === "details" ? measurementsOf(check) : [];
    const output = exposure === "details" ? check.reason : undefined;
    if (measured.length === 0) add(check.name, { ...verdict, output });
    for (const { name, ...observed } of measured) {
      add(`${check.name}:${name}`, { ...verdict, ...observed, output });
    }
  }
  return Object.fromEntries(components);
}

function measurementsOf({ duration, observations = {} }: CheckReport): readonly Measurement[] {
  const seen = Object.entries(observations).map(([name, { value, unit }]) => ({
    // A colon separates the names of the component and the measurement.
    name: name.replaceAll(":", "-"),
    observedValue: value,
    observedUnit: unit,
  }));
  if (duration === undefined) return seen;
  const time = { name: "responseTime", observedValue: Math.round(duration), observedUnit: "ms" };
  return [time, ...seen];
}
