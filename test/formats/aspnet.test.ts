import { expect, test } from "vitest";
import { aspnet } from "../../src/formats/aspnet.ts";
import { formatContract } from "../contracts/format-contract.ts";
import { CACHE, REPORTS } from "../contracts/format-reports.ts";

const WORD = expect.stringMatching(/^(?:Healthy|Degraded|Unhealthy)$/);
const TIME_SPAN = expect.stringMatching(/^\d\d:[0-5]\d:[0-5]\d(?:\.\d{7})?$/);

function parse(body: string) {
  const { entries, ...whole } = JSON.parse(body);
  expect(whole).toEqual({ status: WORD, totalDuration: TIME_SPAN });
  for (const { description, ...entry } of Object.values<Record<string, unknown>>(entries)) {
    expect(entry).toEqual({ data: expect.anything(), duration: TIME_SPAN, status: WORD, tags: [] });
    expect(["string", "undefined"]).toContain(typeof description);
  }
}

formatContract(aspnet, {
  parse,
  saysDown: (body) => JSON.parse(body).status === "Unhealthy",
});

test("a check that is not critical is degraded when it fails, as failureStatus makes it", () => {
  const { entries } = JSON.parse(aspnet.write(REPORTS.degraded, "checks"));
  expect(entries.cache.status).toBe("Degraded");
});

test("a check that is asked about alone is unhealthy when it fails, critical or not", () => {
  const checks = [{ ...CACHE, status: "down" as const }];
  const report = { ...REPORTS.down, check: "cache", checks };
  expect(JSON.parse(aspnet.write(report, "checks"))).toMatchObject({
    status: "Unhealthy",
    entries: { cache: { status: "Unhealthy" } },
  });
});

test.each([
  [0, "00:00:00"],
  [0.4, "00:00:00"],
  [4, "00:00:00.0040000"],
  [1000, "00:00:01"],
  [61_500, "00:01:01.5000000"],
  [3_600_000, "01:00:00"],
  [86_399_999, "23:59:59.9990000"],
])("a duration of %d ms is %s", (duration, written) => {
  const checks = REPORTS.up.checks.map((check) => ({ ...check, duration }));
  const body = JSON.parse(aspnet.write({ ...REPORTS.up, checks }, "details"));
  expect([body.totalDuration, body.entries.database.duration]).toEqual([written, written]);
});
