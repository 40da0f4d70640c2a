import type { Status } from "../../contract/check.ts";
import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { byName } from "./by-name.ts";
import { isOfOneCheck } from "./one-check.ts";
import { figuresOf } from "./visible-checks.ts";

/** Writes the JSON of Spring Boot Actuator's health endpoint. */
export function writeSpring(report: Report, exposure: Exposure): string {
  return JSON.stringify(bodyOf(report, exposure));
}

/** A probe and a group are composites of their checks, which one check is not. */
function bodyOf(report: Report, exposure: Exposure): object {
  const status = wordForReport(report, exposure);
  if (exposure === "status") return { status };
  const [only] = report.checks;
  if (isOfOneCheck(report) && only !== undefined) {
    return { ...componentOf(only, exposure), status };
  }
  return { status, components: byName(report.checks, (check) => componentOf(check, exposure)) };
}

/** Returns the status of a report; a service whose phase alone fails it is out of service. */
function wordForReport(report: Report, exposure: Exposure): string {
  const { status, reason, phase, checks } = report;
  if (status !== "down") return "UP";
  const byPhase = phase !== "serving" && reason === undefined && !checks.some(isFailing);
  return byPhase && report.check === undefined && exposure !== "status" ? "OUT_OF_SERVICE" : "DOWN";
}

function isFailing({ failing }: CheckReport): boolean {
  return failing;
}

function componentOf(check: CheckReport, exposure: Exposure): object {
  const status = wordFor(check.status, exposure);
  if (exposure !== "details") return { status };
  return { status, details: { ...figuresOf(check), error: check.reason } };
}

/** Returns the status of a check; `unknown` is `down` where details are not exposed. */
function wordFor(status: Status, exposure: Exposure): string {
  const unknown = exposure === "details" ? "UNKNOWN" : "DOWN";
  return { up: "UP", degraded: "UP", down: "DOWN", unknown }[status];
}
