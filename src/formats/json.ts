import type { Status } from "../contract/check.ts";
import type { Exposure, LoadedFormat } from "../contract/format.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import { byName } from "./internal/by-name.ts";
import { isOfOneCheck } from "./internal/one-check.ts";

/** The default format: one word for the probe and, in deep, one for each check; or the details. */
export const json: LoadedFormat = {
  name: "json",
  mediaType: "application/json; charset=utf-8",
  write: (report, exposure) =>
    JSON.stringify(exposure === "details" ? detailsOf(report) : bodyOf(report, exposure)),
};

function bodyOf(report: Report, exposure: Exposure): object {
  const status = wordForReport(report);
  const { probe, checks } = report;
  if (exposure === "status" || isOfOneCheck(report) || probe !== "deep") return { status };
  return { status, checks: byName(checks, ({ status }) => wordFor(status)) };
}

function detailsOf(report: Report): object {
  const status = wordForReport(report);
  const { checks } = report;
  const [only] = checks;
  if (isOfOneCheck(report) && only !== undefined) return { ...checkDetails(only), status };
  return {
    status,
    reason: report.reason,
    phase: report.phase,
    ...(report.tasks.length > 0 && {
      tasks: byName(report.tasks, ({ status, progress, reason }) => ({ status, progress, reason })),
    }),
    checks: byName(checks, checkDetails),
  };
}

/** Returns the word for the verdict of a probe. */
function wordForReport(report: Report): string {
  const { probe, status } = report;
  if (probe !== "deep") return status === "down" ? "failed" : "ok";
  if (isOfOneCheck(report)) return wordFor(status);
  return { up: "healthy", degraded: "degraded", down: "unhealthy" }[status];
}

/** The word for the status of one check. */
function wordFor(status: Status): string {
  if (status === "up") return "ok";
  return status === "degraded" ? status : "failed";
}

function checkDetails(check: CheckReport): object {
  const { status, reason, code, scope, critical, shared, failing, age, duration } = check;
  return {
    status: wordFor(status),
    state: status,
    reason,
    code,
    scope,
    critical,
    shared,
    failing,
    age: wholeMilliseconds(age),
    duration: wholeMilliseconds(duration),
    observations: check.observations,
  };
}

function wholeMilliseconds(time: number | undefined): number | undefined {
  return time && Math.round(time);
}
