import type { Exposure } from "../../../contract/format.ts";
import type { CheckReport, Report } from "../../../contract/report.ts";
import { ownReasons, shownChecks } from "../visible-checks.ts";
import { wordFor } from "./words.ts";

/** Checks that the sentence names before it counts the others. */
const MAX_NAMED = 3;

/** Writes what is wrong now in one sentence, as plain text. */
export function summaryOf(report: Report, exposure: Exposure): string {
  const { probe, check } = report;
  const own = exposure === "details" ? ownReasons(report) : [];
  if (own.length > 0) return own.join(" ");
  const checks = shownChecks(report, exposure);
  const bad = checks.filter(({ status }) => status !== "up");
  const failed = bad.filter(({ status }) => status !== "degraded");
  const worst = failed.length > 0 ? failed : bad;
  if (worst.length > 0) return sentence(worst, exposure);
  const [first] = checks;
  if (report.status === "up" && first !== undefined) {
    return checks.length > 1 ? `All ${checks.length} checks are ok.` : `${first.name} is ok.`;
  }
  return `${check ?? `The ${probe} probe`} is ${wordFor(report.status, exposure)}.`;
}

function sentence(checks: readonly CheckReport[], exposure: Exposure): string {
  const [first] = checks as readonly [CheckReport];
  const word = wordFor(first.status, exposure);
  if (checks.length === 1) {
    const { name, reason } = first;
    return exposure === "details" && reason !== undefined
      ? `${name} is ${word}: ${reason}`
      : `${name} is ${word}.`;
  }
  const names = checks.slice(0, MAX_NAMED).map(({ name }) => name);
  const others = checks.length - names.length;
  const listed = others > 0 ? [...names, `${others} more`] : names;
  return `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)} are ${word}.`;
}
