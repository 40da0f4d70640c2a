import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { byName } from "./by-name.ts";
import { figuresOf, shownChecks, works } from "./visible-checks.ts";

/** Writes the JSON of @nestjs/terminus. */
export function writeTerminus(report: Report, exposure: Exposure): string {
  const checks = shownChecks(report, exposure);
  const indicators = (some: readonly CheckReport[]) =>
    byName(some, (check) => indicatorOf(check, exposure));
  return JSON.stringify({
    status: wordFor(report, exposure),
    info: indicators(checks.filter(works)),
    error: indicators(checks.filter((check) => !works(check))),
    details: indicators(checks),
  });
}

function wordFor({ probe, check, status, phase }: Report, exposure: Exposure): string {
  if (status !== "down") return "ok";
  const stopping = probe === "readiness" && check === undefined && phase === "draining";
  return stopping && exposure === "details" ? "shutting_down" : "error";
}

function indicatorOf(check: CheckReport, exposure: Exposure): object {
  const status = works(check) ? "up" : "down";
  if (exposure !== "details") return { status };
  return { ...figuresOf(check), message: check.reason, status };
}
