import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { metrics } from "../../src/metrics/index.ts";
import { service } from "./_service.ts";

test("each check has a series for every endpoint that it takes part in, and is counted by result", async () => {
  const found = ["up", "degraded", "down"];
  const { health, clock } = await service({
    checks: {
      database: async () => found.shift() ?? "down",
      heap: defineCheck({ scope: "process", run: () => true }),
    },
  });
  const registry = new Registry();
  metrics({ health, registry, names: "kubernetes" });
  for (let scrape = 0; scrape < 2; scrape++) {
    await registry.metrics();
    await clock.advance(30_000);
  }
  const lines = (await registry.metrics()).split("\n").filter((line) => !line.startsWith("#"));
  expect(lines.filter(Boolean)).toEqual([
    'kubernetes_healthcheck{name="database",type="readyz"} 0',
    'kubernetes_healthcheck{name="database",type="healthz"} 0',
    'kubernetes_healthcheck{name="heap",type="livez"} 1',
    'kubernetes_healthcheck{name="heap",type="readyz"} 1',
    'kubernetes_healthcheck{name="heap",type="healthz"} 1',
    'kubernetes_healthchecks_total{name="database",type="readyz",status="success"} 2',
    'kubernetes_healthchecks_total{name="database",type="readyz",status="error"} 1',
    'kubernetes_healthchecks_total{name="database",type="healthz",status="success"} 2',
    'kubernetes_healthchecks_total{name="database",type="healthz",status="error"} 1',
    'kubernetes_healthchecks_total{name="heap",type="livez",status="success"} 3',
    'kubernetes_healthchecks_total{name="heap",type="livez",status="error"} 0',
    'kubernetes_healthchecks_total{name="heap",type="readyz",status="success"} 3',
    'kubernetes_healthchecks_total{name="heap",type="readyz",status="error"} 0',
    'kubernetes_healthchecks_total{name="heap",type="healthz",status="success"} 3',
    'kubernetes_healthchecks_total{name="heap",type="healthz",status="error"} 0',
  ]);
});

test("a check that only deep has, or none that has run, is listed all the same", async () => {
  const { health } = await service({
    http: { scrape: "last" },
    checks: { page: defineCheck({ scope: "dependency", probes: ["deep"], run: () => true }) },
  });
  const registry = new Registry();
  metrics({ health, registry, names: "kubernetes" });
  const text = await registry.metrics();
  expect(text).toContain('kubernetes_healthcheck{name="page",type="healthz"} 0');
  expect(text).toContain(
    'kubernetes_healthchecks_total{name="page",type="healthz",status="error"} 0',
  );
});
