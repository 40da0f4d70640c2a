import { NestFactory } from "@nestjs/core";
import { HealthCheckService, TerminusModule } from "@nestjs/terminus";
import { expect, onTestFinished, test } from "vitest";
import type { Report } from "../../src/contract/report.ts";
import { terminus } from "../../src/formats/terminus.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { REPORTS } from "../contracts/format-reports.ts";

function parse(body: string) {
  const { status, info, error, details, ...rest } = JSON.parse(body);
  expect(rest).toEqual({});
  expect(["ok", "error", "shutting_down"]).toContain(status);
  expect({ ...info, ...error }).toEqual(details);
  for (const indicator of Object.values<{ status: string }>(info)) {
    expect(indicator.status).toBe("up");
  }
  for (const indicator of Object.values<{ status: string }>(error)) {
    expect(indicator.status).toBe("down");
  }
}

async function wordOf(report: Report): Promise<string> {
  return JSON.parse(await bodyOf(terminus, report, "details")).status;
}

formatContract(terminus, {
  parse,
  saysDown: (body) => JSON.parse(body).status !== "ok",
});

test("who sees details is told that the service shuts down", async () => {
  const word = (probe: "readiness" | "deep") => wordOf({ ...REPORTS.draining, probe });
  expect([await word("readiness"), await word("deep")]).toEqual(["shutting_down", "error"]);
});

test("a group or one check that is down while the service drains is an error", async () => {
  const group = { ...REPORTS.group, probe: "readiness" } as const;
  expect(await wordOf(group)).toBe("error");
  const one = { ...group, check: "payments.ledger", checks: group.checks.slice(1) };
  expect(await wordOf(one)).toBe("error");
});

test("a group is what @nestjs/terminus itself makes of the same indicators", async () => {
  const module = { module: class Root {}, imports: [TerminusModule.forRoot({ logger: false })] };
  const context = await NestFactory.createApplicationContext(module, { logger: false });
  onTestFinished(() => context.close());
  const indicators = [
    { "payments.gateway": { status: "up" as const } },
    { "payments.ledger": { status: "down" as const } },
  ];
  const failure = await context
    .get(HealthCheckService)
    .check(indicators.map((indicator) => () => indicator))
    .catch((error) => error);
  expect(failure.getStatus()).toBe(503);
  expect(JSON.parse(await bodyOf(terminus, REPORTS.group, "checks"))).toEqual(
    failure.getResponse(),
  );
});

test("an observation does not stand in for the status", async () => {
  const checks = REPORTS.up.checks.map((check) => ({
    ...check,
    observations: { status: { value: "down" }, message: { value: "x" } },
  }));
  parse(await bodyOf(terminus, { ...REPORTS.up, checks }, "details"));
});
