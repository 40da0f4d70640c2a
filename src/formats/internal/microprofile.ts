import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { figuresOf, shownChecks, works } from "./visible-checks.ts";

/** Writes the JSON of MicroProfile Health. */
export function writeMicroprofile(report: Report, exposure: Exposure): string {
  return JSON.stringify({
    status: report.status === "down" ? "DOWN" : "UP",
    checks: shownChecks(report, exposure).map((check) => checkOf(check, exposure)),
  });
}

function checkOf(check: CheckReport, exposure: Exposure): object {
  const { name, reason } = check;
  const status = works(check) ? "UP" : "DOWN";
  if (exposure !== "details") return { name, status };
  return { name, status, data: { ...figuresOf(check), state: check.status, reason } };
}
