import { expect, test } from "vitest";
import { aspnet } from "../../src/formats/aspnet.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
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

test("a check that is not critical is degraded when it fails, as failureStatus makes it", async () => {
  const { entries } = JSON.parse(await bodyOf(aspnet, REPORTS.degraded, "checks"));
  expect(entries.cache.status).toBe("Degraded");
});

/** The words by their rank in `UIHealthStatus` of HealthChecks.UI, the worst first. */
const WORST_FIRST = ["Unhealthy", "Degraded", "Healthy"];

test("the whole is as bad as its worst entry, as HealthReport of ASP.NET has it", async () => {
  const reports = Object.values(REPORTS).filter(
    ({ phase, checks }) => phase === "serving" && checks.length > 0,
  );
  const wholes = await Promise.all(
    reports.map(async (report) => JSON.parse(await bodyOf(aspnet, report, "checks"))),
  );
  expect(wholes.length).toBeGreaterThan(4);
  for (const { status, entries } of wholes) {
    const words = Object.values<{ status: string }>(entries).map((entry) => entry.status);
    expect(status).toBe(WORST_FIRST.find((word) => words.includes(word)));
  }
});

test("an entry of a group is degraded when its failure does not fail the group", async () => {
  const { status, entries } = JSON.parse(await bodyOf(aspnet, REPORTS["group-degraded"], "checks"));
  expect([status, entries["payments.gateway"].status, entries["payments.rates"].status]).toEqual([
    "Degraded",
    "Healthy",
    "Degraded",
  ]);
});

test("a check that is down, of which liveness does not fail yet, is as degraded as the whole", async () => {
  const checks = [{ ...CACHE, status: "down" as const }];
  const report = { ...REPORTS.degraded, probe: "liveness", check: "cache", checks } as const;
  expect(JSON.parse(await bodyOf(aspnet, report, "checks"))).toMatchObject({
    status: "Degraded",
    entries: { cache: { status: "Degraded" } },
  });
});

test("a check that is asked about alone is unhealthy when it fails, critical or not", async () => {
  const checks = [{ ...CACHE, status: "down" as const }];
  const report = { ...REPORTS.down, check: "cache", checks };
  expect(JSON.parse(await bodyOf(aspnet, report, "checks"))).toMatchObject({
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
])("a duration of %d ms is %s", async (duration, written) => {
  const checks = REPORTS.up.checks.map((check) => ({ ...check, duration }));
  const body = JSON.parse(await bodyOf(aspnet, { ...REPORTS.up, checks }, "details"));
  expect([body.totalDuration, body.entries.database.duration]).toEqual([written, written]);
});
