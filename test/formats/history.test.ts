import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { PROBES } from "../../src/contract/probe.ts";
import { history } from "../../src/formats/history.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const SCHEMA = "docs/formats/history.schema.json";
const validate = new Ajv2020({ allErrors: true, formats: { "date-time": true } }).compile(
  JSON.parse(readFileSync(SCHEMA, "utf8")),
);

function parse(body: string) {
  const data = JSON.parse(body);
  expect(validate(data) ? [] : validate.errors).toEqual([]);
  return data;
}

formatContract(history, {
  parse,
  saysDown: (body) => JSON.parse(body).status === "failed",
});

const NOW = Date.UTC(2030, 0, 2, 12, 34, 56);
const QUERY = {
  ...{ parameters: new URLSearchParams(), has: () => false },
  history: () => ({
    now: NOW,
    keep: 86_400_000,
    checks: new Map([
      [
        "database",
        {
          entries: [
            { at: NOW - 120_000, status: "up" as const },
            { at: NOW - 60_000, status: "down" as const, reason: "refused", code: "ECONNREFUSED" },
          ],
          latency: [{ at: NOW - 116_000, runs: 3, mean: 1.23456, max: 2 }],
        },
      ],
    ]),
  }),
};

test("with details it has the changes and the latency of each check", async () => {
  const data = parse(await bodyOf(history, REPORTS.down, "details", QUERY));
  expect(data).toMatchObject({ probe: "readiness", status: "failed", keep: 86_400_000 });
  expect(data.checks.database).toMatchObject({
    status: "failed",
    since: "2030-01-02T12:33:56Z",
    changes: [
      { at: "2030-01-02T12:32:56Z", status: "ok" },
      { at: "2030-01-02T12:33:56Z", status: "failed", reason: "refused", code: "ECONNREFUSED" },
    ],
    latency: [{ at: "2030-01-02T12:33:00Z", runs: 3, mean: 1.23, max: 2 }],
  });
  expect(data.checks.cache).not.toHaveProperty("changes");
});

test("without details it has the words of the default bodies alone", async () => {
  expect(JSON.parse(await bodyOf(history, REPORTS.down, "checks", QUERY))).toEqual({
    probe: "readiness",
    status: "failed",
    checks: { database: { status: "failed" }, cache: { status: "ok" } },
  });
  expect(JSON.parse(await bodyOf(history, REPORTS.down, "status", QUERY))).toEqual({
    probe: "readiness",
    status: "failed",
  });
});

test("the schema refuses what is not of the format", () => {
  const right = { probe: "deep", status: "ok", checks: { a: { status: "ok" } } };
  expect(validate(right)).toBe(true);
  for (const probe of PROBES) expect(validate({ ...right, probe })).toBe(true);
  expect(validate({ ...right, status: "up" })).toBe(false);
  expect(validate({ ...right, more: 1 })).toBe(false);
  expect(validate({ ...right, checks: { a: {} } })).toBe(false);
});
