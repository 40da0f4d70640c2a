import type { AuditResult } from "../../../../testing/index.ts";
import { printable } from "../../printable.ts";
import type { Style, Terminal } from "../../terminal.ts";
import { type AuditReport, countsOf } from "../audit-report.ts";

type Paint = Terminal["paint"];

/** Writes a report for people: what is broken first, then figures, probers and counts. */
export function writeText(report: AuditReport, paint: Paint): string {
  const { url, failure, results, verdicts } = report;
  if (failure !== undefined) {
    return paint("red", `Nothing answered at ${url}: ${printable(failure)}.`);
  }
  const failed = results.filter(({ status }) => status === "failed");
  const byLevel = [...failed].sort((one, other) => one.level.localeCompare(other.level));
  const sections = [
    paint("bold", url),
    ...byLevel.map((result) => finding(result, paint)),
    section("Measured", results.flatMap(measured), paint),
    section("Skipped", results.flatMap(skipped), paint),
    section("Probers", probers(verdicts, paint), paint),
    summary(report, paint),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function finding({ id, level, name, message = "", source }: AuditResult, paint: Paint): string {
  const style: Style = level === "MUST" ? "red" : "yellow";
  return [
    `${paint(style, name)} (${id})`,
    `  ${printable(message)}`,
    paint("dim", `  From: ${source}.`),
  ].join("\n");
}

function measured({ id, observed }: AuditResult): readonly string[] {
  return observed === undefined ? [] : [`${id}: ${printable(observed)}`];
}

function skipped({ id, status, message = "" }: AuditResult): readonly string[] {
  return status === "skipped" ? [`${id}: ${printable(message)}`] : [];
}

function probers(verdicts: AuditReport["verdicts"], paint: Paint): readonly string[] {
  const width = Math.max(0, ...verdicts.map(({ prober }) => prober.length));
  return verdicts.map(({ prober, accepts, reason }) => {
    const word = accepts ? paint("green", "yes") : paint("red", "no ");
    return `${prober.padEnd(width)}  ${word}  ${printable(reason)}`;
  });
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  if (lines.length === 0) return "";
  return [paint("bold", title), ...lines.map((line) => `  ${line}`)].join("\n");
}

function summary(report: AuditReport, paint: Paint): string {
  const { passed, skipped, failedMust, failedShould } = countsOf(report);
  const worst: Style = failedMust > 0 ? "red" : failedShould > 0 ? "yellow" : "green";
  return paint(
    worst,
    `${report.results.length} audits: ${passed} passed, ${failedMust} MUST failed, ${failedShould} SHOULD failed, ${skipped} skipped.`,
  );
}
