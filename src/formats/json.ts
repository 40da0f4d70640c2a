import type { Status } from "../contract/check.ts";
import type { Exposure, Format } from "../contract/format.ts";
import type { CheckReport, Report, TaskReport } from "../contract/report.ts";

/** The default format: one word for the probe and, in deep, one for each check. */
export const json: Format = {
  name: "json",
  mediaType: "application/json; charset=utf-8",
  write: (report, exposure) => JSON.stringify(bodyOf(report, exposure)),
};

function bodyOf(report: Report, exposure: Exposure): object {
  const status = wordForReport(report);
  const { check, checks } = report;
  if (exposure === "details") {
    const [asked] = checks;
    if (check !== undefined && asked !== undefined) return { ...detailsOf(asked), status };
    return {
      status,
      reason: report.reason,
      phase: report.phase,
      ...(report.tasks.length > 0 && { tasks: byName(report.tasks, taskDetails) }),
      checks: byName(checks, detailsOf),
    };
  }
  if (exposure === "status" || check !== undefined || report.probe !== "deep") return { status };
  return { status, checks: byName(checks, ({ status }) => wordFor(status)) };
}

function wordForReport({ probe, check, status }: Report): string {
  if (probe !== "deep") return status === "down" ? "failed" : "ok";
  if (check !== undefined) return wordFor(status);
  return { up: "healthy", degraded: "degraded", down: "unhealthy" }[status];
}

function wordFor(status: Status): string {
  return { up: "ok", degraded: "degraded", down: "failed", unknown: "failed" }[status];
}

function detailsOf(check: CheckReport): object {
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

/** An object with a property of its own for every name, `__proto__` too. */
function byName<T extends { readonly name: string }>(
  items: readonly T[],
  value: (item: T) => unknown,
): object {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
