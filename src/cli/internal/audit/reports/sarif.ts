import type { AuditResult } from "../../../../testing/index.ts";
import { VERSION } from "../../version.ts";
import type { AuditReport, ProberVerdict } from "../audit-report.ts";

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** Writes a report in the Static Analysis Results Interchange Format, version 2.1.0. */
export function writeSarif(report: AuditReport): string {
  const { url, failure, results, verdicts } = report;
  const locations = [
    {
      physicalLocation: { artifactLocation: { uri: url } },
      logicalLocations: [{ fullyQualifiedName: url, kind: "resource" }],
    },
  ];
  const findings = [...results.map(auditFinding), ...verdicts.map(verdictFinding)];
  const run = {
    tool: {
      driver: {
        name: "hale audit",
        semanticVersion: VERSION,
        rules: findings.map(({ rule }) => rule),
      },
    },
    invocations: [invocationOf(url, failure)],
    results: findings.map(({ rule, result }, ruleIndex) => ({
      ruleId: rule.id,
      ruleIndex,
      ...result,
      locations,
      // By these a code scanner knows a finding again, whatever figures its message has.
      partialFingerprints: { "endpointAndRule/v1": `${url}#${rule.id}` },
    })),
  };
  return JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2);
}

function invocationOf(url: string, failure: string | undefined) {
  if (failure === undefined) return { executionSuccessful: true };
  const text = `Nothing answered at ${url}: ${failure}.`;
  return {
    executionSuccessful: false,
    toolExecutionNotifications: [{ level: "error", message: { text } }],
  };
}

const KINDS = { passed: "pass", failed: "fail", skipped: "notApplicable" } as const;

function auditFinding(audit: AuditResult) {
  const { id, level, name, why, source, status, message, observed } = audit;
  const severity = level === "MUST" ? "error" : "warning";
  return {
    rule: {
      id,
      shortDescription: { text: name },
      fullDescription: { text: why },
      help: { text: `From: ${source}.` },
      ...helpUriOf(source),
      defaultConfiguration: { level: severity },
      properties: { level },
    },
    result: {
      kind: KINDS[status],
      // SARIF wants a level of "none" for all that is no failure.
      level: status === "failed" ? severity : "none",
      message: { text: message ?? observed ?? "The rule holds." },
    },
  };
}

function verdictFinding({ prober, accepts, request, reason }: ProberVerdict) {
  return {
    rule: {
      id: `prober-${prober}`,
      shortDescription: { text: `Whether ${prober} counts the endpoint as healthy` },
      fullDescription: { text: `${prober} sends ${request}.` },
      help: { text: `From: docs/command/audit.md, the probers.` },
      defaultConfiguration: { level: "note" },
      properties: { level: "INFORMATION" },
    },
    result: {
      kind: accepts ? "pass" : "fail",
      level: accepts ? "none" : "note",
      message: { text: `${prober}: ${accepts ? "yes" : "no"}, ${reason}` },
    },
  };
}

/** The address of the standard that a source names first. */
function helpUriOf(source: string): { readonly helpUri?: string } {
  const [, number, section] = /^RFC (\d+), sections? ([\d.]+)/.exec(source) ?? [];
  if (number === undefined) return {};
  return { helpUri: `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}` };
}
