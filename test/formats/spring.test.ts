import { expect, test } from "vitest";
import { spring } from "../../src/formats/spring.ts";
import { formatContract } from "../contracts/format-contract.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const WORD = expect.stringMatching(/^(?:UP|DOWN|OUT_OF_SERVICE|UNKNOWN)$/);

function parse(body: string) {
  const { components = {}, details: _, ...whole } = JSON.parse(body);
  expect(whole).toEqual({ status: WORD });
  for (const { details: _, ...component } of Object.values<Record<string, unknown>>(components)) {
    expect(component).toEqual({ status: WORD });
  }
}

formatContract(spring, {
  parse,
  saysDown: (body) => ["DOWN", "OUT_OF_SERVICE"].includes(JSON.parse(body).status),
});

const wordOf = (body: string) => JSON.parse(body).status;

test("a service whose checks do not fail it is out of service while it drains", () => {
  expect(wordOf(spring.write(REPORTS.draining, "checks"))).toBe("OUT_OF_SERVICE");
  expect(wordOf(spring.write(REPORTS.draining, "status"))).toBe("DOWN");
  expect(wordOf(spring.write({ ...REPORTS.down, phase: "draining" }, "checks"))).toBe("DOWN");
});

test("a process that fails by itself is down, in whatever phase", () => {
  const report = { ...REPORTS.draining, probe: "liveness", reason: "it stalls" } as const;
  expect(wordOf(spring.write(report, "checks"))).toBe("DOWN");
});

test("one check is a component by itself", () => {
  const report = { ...REPORTS.down, check: "database", checks: REPORTS.down.checks.slice(0, 1) };
  expect(spring.write(report, "checks")).toBe('{"status":"DOWN"}');
  expect(spring.write(report, "details")).toBe(
    '{"status":"DOWN","details":{"duration":4,"age":240,"error":"connect ECONNREFUSED 10.0.0.7:5432"}}',
  );
});
