import type { Status } from "../contract/check.ts";
import type { Exposure, Format } from "../contract/format.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import { oneLine, ownReasons, shownChecks } from "./internal/visible-checks.ts";

/** A page for people: semantic HTML, without scripts, styles or resources to load. */
export const html: Format = {
  name: "html",
  mediaType: "text/html; charset=utf-8",
  write(report, exposure) {
    const checks = shownChecks(report, exposure);
    const reasons = exposure === "details" ? ownReasons(report) : [];
    const title = `${report.check ?? report.probe}: ${wordFor(report.status)}`;
    return `${[
      "<!doctype html>",
      '<html lang="en">',
      "<head>",
      '<meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width">',
      '<meta name="color-scheme" content="light dark">',
      `<title>${escapeHtml(title)}</title>`,
      "</head>",
      "<body>",
      "<main>",
      `<h1>${escapeHtml(title)}</h1>`,
      ...(reasons.length > 0 ? listOf(reasons) : []),
      ...(exposure === "details" && reasons.length === 0 ? phaseOf(report) : []),
      ...(checks.length > 0 ? tableOf(checks, exposure) : emptiness(report, exposure)),
      "</main>",
      "</body>",
      "</html>",
    ].join("\n")}\n`;
  },
};

function wordFor(status: Status): string {
  return { up: "ok", degraded: "degraded", down: "failed", unknown: "failed" }[status];
}

function listOf(texts: readonly string[]): readonly string[] {
  return ["<ul>", ...texts.map((text) => `<li>${escapeHtml(text)}</li>`), "</ul>"];
}

function phaseOf({ phase }: Report): readonly string[] {
  return [`<p>The service is ${phase}.</p>`];
}

function emptiness({ probe }: Report, exposure: Exposure): readonly string[] {
  return exposure === "status" ? [] : [`<p>No check takes part in ${probe}.</p>`];
}

function tableOf(checks: readonly CheckReport[], exposure: Exposure): readonly string[] {
  const detailed = exposure === "details";
  const columns = ["check", "status", ...(detailed ? DETAILS : [])];
  return [
    "<table>",
    "<caption>Checks</caption>",
    `<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join("")}</tr></thead>`,
    "<tbody>",
    ...checks.map((check) => rowOf(check, detailed)),
    "</tbody>",
    "</table>",
  ];
}

const DETAILS = ["state", "reason", "age", "duration", "observations"] as const;

function rowOf(check: CheckReport, detailed: boolean): string {
  const cells = [wordFor(check.status), ...(detailed ? detailsOf(check) : [])];
  const data = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("");
  return `<tr><th scope="row">${escapeHtml(check.name)}</th>${data}</tr>`;
}

function detailsOf({ status, reason = "", age, duration, observations = {} }: CheckReport) {
  const seen = Object.entries(observations).map(([name, { value, unit }]) =>
    [`${name}:`, value, unit].filter((part) => part !== undefined).join(" "),
  );
  return [status, reason, timeOf(age), timeOf(duration), seen.join(", ")];
}

function timeOf(time: number | undefined): string {
  return time === undefined ? "" : `${Math.round(time)} ms`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}
