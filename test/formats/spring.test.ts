import { expect, test } from "vitest";
import { spring } from "../../src/formats/spring.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { CACHE, REPORTS } from "../contracts/format-reports.ts";

const WORD = expect.stringMatching(/^(?:UP|DOWN|OUT_OF_SERVICE|UNKNOWN)$/);

/**
 * Actuator writes an indicator as its status and `details`, a composite as its status and `components`, each of
 * which is one or the other. Spring Boot Admin walks down such a tree.
 */
function parse(body: string) {
  isComponent(JSON.parse(body));
}

function isComponent({ status, details, components, ...rest }: Record<string, unknown>): void {
  expect([status, rest]).toEqual([WORD, {}]);
  expect(details === undefined || components === undefined).toBe(true);
  expect(["undefined", "object"]).toContain(typeof details);
  for (const component of Object.values(components ?? {})) isComponent(component);
}

formatContract(spring, {
  parse,
  saysDown: (body) => ["DOWN", "OUT_OF_SERVICE"].includes(JSON.parse(body).status),
});

const wordOf = (body: string) => JSON.parse(body).status;

test("a service whose checks do not fail it is out of service while it drains", async () => {
  expect(wordOf(await bodyOf(spring, REPORTS.draining, "checks"))).toBe("OUT_OF_SERVICE");
  expect(wordOf(await bodyOf(spring, REPORTS.draining, "status"))).toBe("DOWN");
  expect(wordOf(await bodyOf(spring, { ...REPORTS.down, phase: "draining" }, "checks"))).toBe(
    "DOWN",
  );
});

test("a process that fails by itself is down, in whatever phase", async () => {
  const report = { ...REPORTS.draining, probe: "liveness", reason: "it stalls" } as const;
  expect(wordOf(await bodyOf(spring, report, "checks"))).toBe("DOWN");
});

test("a check that has failed is down by itself, though the probe would fail by the phase alone", async () => {
  const report = {
    ...REPORTS.draining,
    check: "cache",
    checks: [{ ...CACHE, status: "down" }],
  } as const;
  expect(wordOf(await bodyOf(spring, report, "checks"))).toBe("DOWN");
});

test("a group is a composite of all its checks, and the phase does not touch it", async () => {
  expect(await bodyOf(spring, REPORTS.group, "checks")).toBe(
    '{"status":"DOWN","components":{"payments.gateway":{"status":"UP"},"payments.ledger":{"status":"DOWN"}}}',
  );
  const { status, details, components } = JSON.parse(
    await bodyOf(spring, REPORTS.group, "details"),
  );
  expect({ status, details }).toEqual({ status: "DOWN", details: undefined });
  expect(components["payments.ledger"]).toEqual({
    status: "DOWN",
    details: { duration: 4, age: 240, error: "connect ECONNREFUSED 10.0.0.7:5432" },
  });
});

test("a group whose checks are all left out has no components, and is up", async () => {
  const report = { ...REPORTS["no-checks"], check: "payments" };
  expect(await bodyOf(spring, report, "details")).toBe('{"status":"UP","components":{}}');
});

test("one check is a component by itself", async () => {
  const report = { ...REPORTS.down, check: "database", checks: REPORTS.down.checks.slice(0, 1) };
  expect(await bodyOf(spring, report, "checks")).toBe('{"status":"DOWN"}');
  expect(await bodyOf(spring, report, "details")).toBe(
    '{"status":"DOWN","details":{"duration":4,"age":240,"error":"connect ECONNREFUSED 10.0.0.7:5432"}}',
  );
});
