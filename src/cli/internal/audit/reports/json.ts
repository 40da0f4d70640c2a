import { type AuditReport, countsOf } from "../audit-report.ts";

/** Writes a report as one JSON object. */
export function writeJson(report: AuditReport): string {
  const { url, failure, results, verdicts } = report;
  if (failure !== undefined) return JSON.stringify({ url, failure }, null, 2);
  return JSON.stringify(
    { url, counts: countsOf(report), audits: results, probers: verdicts },
    null,
    2,
  );
}
