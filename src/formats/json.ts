import type { Format } from "../contract/format.ts";
import type { CheckReport, Report, TaskReport } from "../contract/report.ts";
import { brief, isOfOne, wordFor, wordForReport } from "./internal/brief.ts";
import { byName } from "./internal/by-name.ts";

/** The default format: one word for the probe and, in deep, one for each check; or all of it. */
export const json: Format = {
  ...brief,
  write: (report, exposure) =>
    exposure === "details" ? JSON.stringify(detailsOf(report)) : brief.write(report, exposure),
};

function detailsOf(report: Report): object {
  const status = wordForReport(report);
  const { checks } = report;
  const [asked] = checks;
  if (isOfOne(report) && asked !== undefined) return { ...checkDetails(asked), status };
  return {
    status,
    reason: report.reason,
    phase: report.phase,
    ...(report.tasks.length > 0 && { tasks: byName(report.tasks, taskDetails) }),
    checks: byName(checks, checkDetails),
  };
}

function checkDetails(check: CheckReport): object {
  const { status, reason, scope, critical, shared, failing, age, duration, observations } = check;
  return {
    status: wordFor(status),
    state: status,
    reason,
    scope,
    critical,
    shared,
    failing,
    age: wholeMilliseconds(age),
    duration: wholeMilliseconds(duration),
    observations,
  };
}

function taskDetails({ status, progress, reason }: TaskReport): object {
  return { status, progress, reason };
}

function wholeMilliseconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.round(time);
}
