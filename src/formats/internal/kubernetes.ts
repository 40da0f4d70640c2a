import type { Exposure, FormatQuery } from "../../contract/format.ts";
import type { Probe } from "../../contract/probe.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { oneLine, ownReasons, shownChecks, works } from "./visible-checks.ts";

/** The maximum number of excluded names that are listed; any caller may send more. */
const MAX_LISTED = 100;

const PLAIN: FormatQuery = { parameters: new URLSearchParams(), has: () => false };

/** Writes the text of the Kubernetes API server: `ok`, or a line for each check when verbose or failed. */
export function writeKubernetes(report: Report, exposure: Exposure, asked = PLAIN): string {
  const passed = report.status !== "down";
  if (passed && !asked.parameters.has("verbose")) return "ok";
  const lines = [
    ...shownChecks(report, exposure).map((check) => lineOf(check, exposure)),
    ...ownLines(report, exposure),
    // An exclusion line reveals whether a check of that name exists.
    ...(exposure === "status" ? [] : exclusionLines(report, asked)),
    `${NAMES[report.probe]} check ${passed ? "passed" : "failed"}`,
  ];
  return `${lines.join("\n")}\n`;
}

const NAMES: { readonly [P in Probe]: string } = {
  liveness: "livez",
  readiness: "readyz",
  startup: "startupz",
  deep: "deep",
};

function lineOf(check: CheckReport, exposure: Exposure): string {
  if (works(check)) return `[+]${check.name} ok`;
  const reason = exposure === "details" ? check.reason : undefined;
  return `[-]${check.name} failed: ${oneLine(reason ?? "reason withheld")}`;
}

/** Returns the lines of failures that no check caused, under a name that no check has. */
function ownLines(report: Report, exposure: Exposure): readonly string[] {
  return exposure === "details"
    ? ownReasons(report).map((reason) => `[-]hale/${report.phase} failed: ${reason}`)
    : [];
}

function exclusionLines({ check }: Report, { parameters, has }: FormatQuery): readonly string[] {
  const listed = [...new Set(parameters.getAll("exclude"))].slice(0, MAX_LISTED);
  // A name that is queried itself is not excluded.
  const names = listed.filter((name) => name !== check);
  const lines = names.filter(has).map((name) => `[+]${name} excluded: ok`);
  const unknown = names.filter((name) => !has(name)).sort();
  if (unknown.length === 0) return lines;
  const matches = `no matches for ${unknown.map((name) => oneLine(JSON.stringify(name))).join(", ")}`;
  return [...lines, `warn: some health checks cannot be excluded: ${matches}`];
}
