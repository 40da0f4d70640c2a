import { expect, test } from "vitest";
import { healthJson } from "../../src/formats/health-json.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { DATABASE, REPORTS } from "../contracts/format-reports.ts";

const KNOWN = ["componentType", "status", "observedValue", "observedUnit", "output"];

function parse(body: string) {
  const { status, notes = [], checks = {}, ...rest } = JSON.parse(body);
  expect(rest).toEqual({});
  expect(["pass", "warn", "fail"]).toContain(status);
  expect(notes.every((note: unknown) => typeof note === "string")).toBe(true);
  for (const [key, list] of Object.entries<Record<string, unknown>[]>(checks)) {
    expect(key.split(":").length).toBeLessThan(3);
    expect(list.length).toBeGreaterThan(0);
    for (const details of list) {
      expect(KNOWN).toEqual(expect.arrayContaining(Object.keys(details)));
      expect(["pass", "warn", "fail"]).toContain(details.status);
      if (details.status === "pass") expect(details).not.toHaveProperty("output");
    }
  }
}

formatContract(healthJson, {
  parse,
  saysDown: (body) => JSON.parse(body).status === "fail",
});

const checksOf = async (report: Parameters<typeof healthJson.write>[0]) =>
  JSON.parse(await bodyOf(healthJson, report, "details")).checks;

test("a colon in the name of an observation does not part it once more", async () => {
  const observations = { "a:b:c": { value: 1 } };
  const checks = await checksOf({ ...REPORTS.up, checks: [{ ...DATABASE, observations }] });
  expect(Object.keys(checks)).toEqual(["database:responseTime", "database:a-b-c"]);
});

test("an observation called responseTime stands beside that of hale", async () => {
  const observations = { responseTime: { value: 9, unit: "s" } };
  const checks = await checksOf({ ...REPORTS.up, checks: [{ ...DATABASE, observations }] });
  expect(checks["database:responseTime"]).toEqual([
    { componentType: "component", status: "pass", observedValue: 4, observedUnit: "ms" },
    { componentType: "component", status: "pass", observedValue: 9, observedUnit: "s" },
  ]);
});

test("a check without a result has no measurement", async () => {
  const { database } = await checksOf(REPORTS.starting);
  expect(database).toEqual([
    {
      componentType: "component",
      status: "fail",
      output: "The check has not finished its first run.",
    },
  ]);
});
