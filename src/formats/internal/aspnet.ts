import type { OutcomeStatus } from "../../contract/check.ts";
import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { byName } from "./by-name.ts";
import { isOfOneCheck } from "./one-check.ts";
import { figuresOf, shownChecks } from "./visible-checks.ts";

/** Writes the JSON of ASP.NET's health checks. */
export function writeAspnet(report: Report, exposure: Exposure): string {
  const checks = shownChecks(report, exposure);
  return JSON.stringify({
    status: wordFor(report.status),
    totalDuration: durationOf(checks, exposure),
    entries: byName(checks, (check) => entryOf(check, report, exposure)),
  });
}

function wordFor(status: OutcomeStatus): string {
  return { up: "Healthy", degraded: "Degraded", down: "Unhealthy" }[status];
}

function entryOf(check: CheckReport, report: Report, exposure: Exposure): object {
  return {
    data: exposure === "details" ? figuresOf(check) : {},
    description: exposure === "details" ? check.reason : undefined,
    duration: durationOf([check], exposure),
    status: wordFor(statusOf(check, report)),
    tags: [],
  };
}

/**
 * Returns the status of a check. In ASP.NET the overall status is the worst entry's, so a check that does not fail
 * the probe has `failureStatus: Degraded`. In a report of one check, the status is the report's.
 */
function statusOf({ status, failing }: CheckReport, report: Report): OutcomeStatus {
  if (isOfOneCheck(report)) return report.status;
  if (status === "up" || status === "degraded") return status;
  return failing ? "down" : "degraded";
}

/** Returns the time of checks that run together, as a TimeSpan; none where details are not exposed. */
function durationOf(checks: readonly CheckReport[], exposure: Exposure): string {
  const longest = Math.max(0, ...checks.map(({ duration = 0 }) => Math.round(duration)));
  return timeSpan(exposure === "details" ? longest : 0);
}

/** Writes milliseconds in .NET's constant format, `hh:mm:ss[.fffffff]`. */
function timeSpan(time: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const whole = [time / 3_600_000, (time / 60_000) % 60, (time / 1000) % 60].map(two).join(":");
  const rest = time % 1000;
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(3, "0")}0000`;
}
