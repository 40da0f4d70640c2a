import type { Exposure, FormatQuery } from "../../contract/format.ts";
import type { Probe } from "../../contract/probe.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { oneLine, ownReasons, shownChecks, works } from "./visible-checks.ts";

const PLAIN: FormatQuery = { verbose: false, excluded: [], unknown: [] };

/** Writes the text of the Kubernetes API server: `ok`, or a line for each check when verbose or failed. */
export function writeKubernetes(report: Report, exposure: Exposure, asked = PLAIN): string {
  const passed = report.status !== "down";
  if (passed && !asked.verbose) return "ok";
  const lines = [
    ...shownChecks(report, exposure).map((check) => lineOf(check, exposure)),
    ...ownLines(report, exposure),
    // An exclusion line reveals whether a check of that name exists.
    ...(exposure === "status" ? [] : exclusionLines(asked)),
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

function exclusionLines({ excluded, unknown }: FormatQuery): readonly string[] {
  const lines = [...new Set(excluded)].map((name) => `[+]${name} excluded: ok`);
  const names = [...new Set(unknown)].sort().map((name) => oneLine(JSON.stringify(name)));
  if (names.length === 0) return lines;
  const matches = `no matches for ${names.join(", ")}`;
  return [...lines, `warn: some health checks cannot be excluded: ${matches}`];
}
