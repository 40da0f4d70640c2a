import { createRequire } from "node:module";
import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { type AuditReport, maskReport } from "../../../../src/cli/internal/audit/audit-report.ts";
import { writeReport } from "../../../../src/cli/internal/audit/reports/write-report.ts";
import type { AuditResult } from "../../../../src/testing/index.ts";

const RULE: AuditResult = {
  id: "endpoint-up",
  level: "MUST",
  name: "MUST answer 200 while all is well",
  why: "Load balancers differ.",
  source: "RFC 9110, section 15.4",
  status: "passed",
  message: undefined,
  observed: undefined,
};

const REPORT: AuditReport = {
  url: "http://127.0.0.1:8001/health",
  failure: undefined,
  results: [
    { ...RULE, observed: "12 bytes" },
    {
      ...RULE,
      id: "endpoint-nosniff",
      level: "SHOULD",
      name: "SHOULD send nosniff",
      source: "the Fetch standard",
      status: "failed",
      message: "100% wrong,\r\nby a header: absent.",
    },
    { ...RULE, id: "endpoint-size", status: "failed", message: "It is\u001b[2J \u202etoo long." },
    { ...RULE, id: "endpoint-alpn", status: "skipped", message: "The endpoint has no TLS." },
  ],
  verdicts: [
    { prober: "alb", accepts: true, request: "GET /health over HTTP/1.1", reason: "200" },
    {
      prober: "haproxy",
      accepts: false,
      request: "OPTIONS /health over HTTP/1.0",
      reason: "OPTIONS is 404",
    },
  ],
};
const UNREACHED: AuditReport = {
  url: "http://127.0.0.1:1/health",
  failure: "connect ECONNREFUSED 127.0.0.1:1",
  results: [],
  verdicts: [],
};

const plain = (_: string, text: string) => text;
const written = (format: "text" | "json" | "sarif" | "github", report = REPORT) =>
  writeReport(format, report, plain);

describe("text", () => {
  test("has what is broken first, each MUST before each SHOULD, and ends with the counts", () => {
    expect(written("text")).toBe(`http://127.0.0.1:8001/health

MUST answer 200 while all is well (endpoint-size)
  It is too long.
  From: RFC 9110, section 15.4.

SHOULD send nosniff (endpoint-nosniff)
  100% wrong, by a header: absent.
  From: the Fetch standard.

Measured
  endpoint-up: 12 bytes

Skipped
  endpoint-alpn: The endpoint has no TLS.

Probers
  alb      yes  200
  haproxy  no   OPTIONS is 404

4 audits: 1 passed, 1 MUST failed, 1 SHOULD failed, 1 skipped.`);
  });

  test("says why nothing was audited", () => {
    expect(written("text", UNREACHED)).toBe(
      "Nothing answered at http://127.0.0.1:1/health: connect ECONNREFUSED 127.0.0.1:1.",
    );
  });
});

describe("json", () => {
  test("has every result, every verdict and the counts", () => {
    expect(JSON.parse(written("json"))).toEqual({
      url: REPORT.url,
      counts: { passed: 1, skipped: 1, failedMust: 1, failedShould: 1 },
      audits: JSON.parse(JSON.stringify(REPORT.results)),
      probers: REPORT.verdicts,
    });
    expect(JSON.parse(written("json", UNREACHED))).toEqual({
      url: UNREACHED.url,
      failure: UNREACHED.failure,
    });
  });
});

describe("github", () => {
  test("escapes what would end a title or a message", () => {
    expect(written("github").split("\n")).toEqual([
      "::warning title=hale audit%3A endpoint-nosniff::http://127.0.0.1:8001/health%0ASHOULD send nosniff%0A100%25 wrong,%0D%0Aby a header: absent.%0AFrom: the Fetch standard.",
      expect.stringMatching(/^::error title=hale audit%3A endpoint-size::.*too long\./),
      "::notice title=hale audit%3A probers::http://127.0.0.1:8001/health%0Aalb: yes, 200%0Ahaproxy: no, OPTIONS is 404",
    ]);
  });

  test("is an error where nothing answered", () => {
    expect(written("github", UNREACHED)).toBe(
      "::error title=hale audit::Nothing answered at http://127.0.0.1:1/health: connect ECONNREFUSED 127.0.0.1:1.",
    );
  });
});

describe("sarif", () => {
  const { default: Ajv } = createRequire(import.meta.url)("ajv-draft-04");
  const { default: addFormats } = createRequire(import.meta.url)("ajv-formats");
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  /** The complaints of the schema about a log. */
  const complaints = (log: unknown) => (validate(log) ? [] : validate.errors);

  test("is valid by the schema of SARIF 2.1.0, with results and without", () => {
    expect(complaints(JSON.parse(written("sarif")))).toEqual([]);
    expect(complaints(JSON.parse(written("sarif", UNREACHED)))).toEqual([]);
  });

  test("is held to a schema that finds what is wrong", () => {
    const log = JSON.parse(written("sarif"));
    log.runs[0].results[0].level = "fatal";
    delete log.runs[0].tool.driver.name;
    expect(complaints(log)).toHaveLength(2);
  });

  test("refers from each result to its rule, with a level for failures alone", () => {
    const [run] = JSON.parse(written("sarif")).runs;
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    }
    expect(
      run.results.map(({ ruleId, kind, level }: Record<string, string>) => [ruleId, kind, level]),
    ).toEqual([
      ["endpoint-up", "pass", "none"],
      ["endpoint-nosniff", "fail", "warning"],
      ["endpoint-size", "fail", "error"],
      ["endpoint-alpn", "notApplicable", "none"],
      ["prober-alb", "pass", "none"],
      ["prober-haproxy", "fail", "note"],
    ]);
    expect(run.tool.driver.rules[0].helpUri).toBe(
      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
    );
    expect(run.tool.driver.rules[1].helpUri).toBeUndefined();
  });

  test("says that the audit failed where nothing answered", () => {
    const [run] = JSON.parse(written("sarif", UNREACHED)).runs;
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: false });
    expect(run.results).toEqual([]);
  });
});

test("a report holds no credential of a url, a failure or a redirect, in any format", () => {
  const verdict = {
    prober: "alb",
    accepts: false,
    request: "GET /health?token=hunter2",
    reason: "status 302, a redirect to http://other.test/?token=hunter2",
  };
  const url = "http://127.0.0.1:1/health?token=hunter2";
  const audited = maskReport({ ...REPORT, url, verdicts: [verdict] });
  const failed = maskReport({ ...UNREACHED, url, failure: "received password=hunter2" });
  for (const format of ["text", "json", "sarif", "github"] as const) {
    for (const report of [audited, failed]) {
      const written = writeReport(format, report, (_, text) => text);
      expect(written).not.toContain("hunter2");
      expect(written).toContain("token=***");
    }
  }
});

test("a report holds no credential of the url's path, where the endpoint repeats it, in any format", () => {
  const verdict = {
    prober: "haproxy",
    accepts: false,
    request: "OPTIONS /webhook/a1b2c3d4 over HTTP/1.0",
    reason: "wants 200 to 399, but OPTIONS /webhook/a1b2c3d4 over HTTP/1.0 is 404: no a1b2c3d4",
  };
  const url = "http://127.0.0.1:1/webhook/a1b2c3d4";
  const audited = maskReport({ ...REPORT, url, verdicts: [verdict] });
  const failed = maskReport({ ...UNREACHED, url, failure: "not an HTTP response: a1b2c3d4" });
  for (const format of ["text", "json", "sarif", "github"] as const) {
    for (const report of [audited, failed]) expect(written(format, report)).not.toContain("a1b2");
    expect(written(format, audited)).toContain("OPTIONS /webhook/*** over HTTP/1.0");
  }
});
