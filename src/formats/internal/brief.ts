import type { Status } from "../../contract/check.ts";
import type { Exposure, Format } from "../../contract/format.ts";
import type { Report } from "../../contract/report.ts";
import { byName } from "./by-name.ts";

/**
 * The default format as far as it is needed for who sees no details: one word for the probe and, in
 * deep, one for each check.
 */
export const brief: Format = {
  name: "json",
  mediaType: "application/json; charset=utf-8",
  write: (report, exposure) => JSON.stringify(bodyOf(report, exposure)),
};

function bodyOf(report: Report, exposure: Exposure): object {
  const status = wordForReport(report);
  const { probe, checks } = report;
  if (exposure === "status" || isOfOne(report) || probe !== "deep") return { status };
  return { status, checks: byName(checks, ({ status }) => wordFor(status)) };
}

/** What the verdict of a probe is called. */
export function wordForReport(report: Report): string {
  const { probe, status } = report;
  if (probe !== "deep") return status === "down" ? "failed" : "ok";
  if (isOfOne(report)) return wordFor(status);
  return { up: "healthy", degraded: "degraded", down: "unhealthy" }[status];
}

/** Whether a report is of one check, and not of a probe or of a group. */
export function isOfOne({ check, checks }: Report): boolean {
  return check !== undefined && checks[0]?.name === check;
}

/** What the state of one check is called. */
export function wordFor(status: Status): string {
  return { up: "ok", degraded: "degraded", down: "failed", unknown: "failed" }[status];
}
