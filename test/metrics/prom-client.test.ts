import { AggregatorRegistry, Counter, Registry, type RegistryContentType } from "prom-client";
import { expect, test, vi } from "vitest";
import { internalsOf } from "../../src/health-internals.ts";
import { metrics } from "../../src/metrics/index.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { run } from "../servers/_run.ts";
import { toolPath } from "../servers/_tools.ts";
import { service } from "./_service.ts";

const TOKEN = "0123456789abcdef";

/** The samples of a text, in order. */
const samplesOf = (text: string) => text.split("\n").filter((line) => /^hale_/.test(line));

test("the registry writes the same samples as hale itself, in both formats", async () => {
  const { health, get } = await service({ http: { tokens: [TOKEN] } });
  const headers = { authorization: `Bearer ${TOKEN}` };
  for (const [contentType, format] of [
    [Registry.PROMETHEUS_CONTENT_TYPE, "prometheus"],
    [Registry.OPENMETRICS_CONTENT_TYPE, "openmetrics"],
  ] as const) {
    const registry = new Registry<RegistryContentType>();
    registry.setContentType(contentType);
    metrics({ health, registry });
    const own = await get(`/health/deep?format=${format}`, headers);
    const written = samplesOf(await registry.metrics());
    expect(written.length).toBeGreaterThan(50);
    expect(written).toEqual(samplesOf(own.body));
    // The registry takes the suffix of a counter away while it writes OpenMetrics, once and for all.
    expect(samplesOf(await registry.metrics())).toEqual(written);
  }
});

test("promtool finds no fault with what the registry writes", async () => {
  const { health } = await service();
  const registry = new Registry();
  metrics({ health, registry });
  const input = await registry.metrics();
  expect(await run(toolPath("promtool"), ["check", "metrics"], { input })).toBe("");
});

test("a scrape runs what is older than 30 s, once for all metrics, and nothing else", async () => {
  const { health, clock, runs } = await service();
  const registry = new Registry();
  metrics({ health, registry });
  await registry.metrics();
  expect(runs).toEqual({ database: 1, cache: 1 });
  await clock.advance(29_000);
  await registry.metrics();
  expect(runs).toEqual({ database: 1, cache: 1 });
  await clock.advance(1000);
  await Promise.all([registry.metrics(), registry.metrics()]);
  expect(runs).toEqual({ database: 2, cache: 2 });
});

test("a scrape makes the families once for all metrics, and the next scrape makes them anew", async () => {
  const { health, clock, get } = await service();
  const registry = new Registry();
  metrics({ health, registry });
  const figures = vi.spyOn(internalsOf("test", health), "figures");
  expect(registry.getMetricsAsArray().length).toBeGreaterThan(10);
  await Promise.all([registry.metrics(), registry.metrics()]);
  expect(figures).toHaveBeenCalledTimes(1);
  await get("/livez");
  await clock.advance(0);
  const series = 'hale_probe_responses_total{probe="liveness",code="200"}';
  expect(await registry.metrics()).toContain(`${series} 1\n`);
  expect(figures).toHaveBeenCalledTimes(2);
});

test("a scrape runs nothing with scrape: last", async () => {
  const { health, runs } = await service({ http: { scrape: "last" } });
  const registry = new Registry();
  metrics({ health, registry });
  expect(await registry.metrics()).toContain('hale_check_state{check="cache",state="unknown"} 1');
  expect(runs).toEqual({ database: 0, cache: 0 });
});

test("the labels of the registry stand beside hale's", async () => {
  const { health } = await service();
  const registry = new Registry();
  registry.setDefaultLabels({ service: "shop" });
  metrics({ health, registry });
  expect(await registry.metrics()).toContain(
    'hale_check_state{check="database",state="up",service="shop"} 1',
  );
});

test("the registry of a cluster adds up counts and states, and takes the longest time", async () => {
  const read = async () => {
    const { health, get } = await service();
    const registry = new Registry();
    metrics({ health, registry });
    await get("/livez");
    return registry.getMetricsAsJSON();
  };
  const text = await AggregatorRegistry.aggregate([await read(), await read()]).metrics();
  expect(text).toContain('hale_check_runs_total{check="database",outcome="up"} 2\n');
  expect(text).toContain('hale_check_state{check="database",state="up"} 2\n');
  expect(text).toContain('hale_probe_responses_total{probe="liveness",code="200"} 2\n');
  expect(text).toContain('hale_check_age_seconds{check="database"} 0\n');
  expect(text).toMatch(/hale_build_info\{version="[^"]+"\} 1\n/);
});

test("resetting the registry does not reset what hale counts", async () => {
  const { health } = await service();
  const registry = new Registry();
  metrics({ health, registry });
  await registry.metrics();
  registry.resetMetrics();
  expect(await registry.metrics()).toContain(
    'hale_check_runs_total{check="database",outcome="up"} 1',
  );
});

test("what is returned removes hale's metrics, and no others", async () => {
  const { health } = await service();
  const registry = new Registry<RegistryContentType>();
  new Counter({ name: "orders_total", help: "Orders.", registers: [registry] });
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const stop = metrics({ health, registry });
  await registry.metrics();
  stop();
  expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(["orders"]);
  metrics({ health, registry });
  expect(await registry.metrics()).toContain("hale_check_state");
});

test("a registry that has metrics of these names is refused, and says what to do", async () => {
  const { health } = await service();
  const registry = new Registry();
  metrics({ health, registry });
  const { code, message } = haleErrorOf(() => metrics({ health, registry }));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toBe(
    'The option "registry" of metrics() must be without hale_probe_status, but is one that has it. Call metrics() once for each registry, or remove the first metrics before.',
  );
});
