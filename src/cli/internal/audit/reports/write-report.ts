import type { Terminal } from "../../terminal.ts";
import type { AuditReport } from "../audit-report.ts";
import { writeGithub } from "./github.ts";
import { writeJson } from "./json.ts";
import { writeSarif } from "./sarif.ts";
import { writeText } from "./text.ts";

/** Writes a report in a format; `paint` styles the text for people. */
export function writeReport(
  format: "text" | "json" | "sarif" | "github",
  report: AuditReport,
  paint: Terminal["paint"],
): string {
  switch (format) {
    case "json":
      return writeJson(report);
    case "sarif":
      return writeSarif(report);
    case "github":
      return writeGithub(report);
    default:
      return writeText(report, paint);
  }
}
