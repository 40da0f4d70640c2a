import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, onTestFinished, test } from "vitest";
import { metrics } from "../../src/metrics/index.ts";
import { service } from "./_service.ts";

/** A real meter, and a way to collect what it has. */
function meterAndCollector() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 86_400_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  async function collect() {
    exporter.reset();
    await reader.forceFlush();
    const metrics = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
  }
  return { meter: provider.getMeter("hale"), collect };
}

type Collected = Awaited<ReturnType<ReturnType<typeof meterAndCollector>["collect"]>>;

/** The points of a metric: attributes and value. */
function pointsOf(all: Collected, name: string) {
  return all.get(name)?.dataPoints.map(({ attributes, value }) => [attributes, value]);
}

test("instruments are named hale.*, with units, and observe what hale's own figures say", async () => {
  const { meter, collect } = meterAndCollector();
  const { health, get } = await service();
  metrics({ health, meter });
  await get("/livez");
  const all = await collect();
  expect([...all.keys()].sort()).toEqual([
    "hale.build.info",
    "hale.check.age",
    "hale.check.duration",
    "hale.check.info",
    "hale.check.run_duration",
    "hale.check.runs",
    "hale.check.state",
    "hale.check.timeouts",
    "hale.check.transitions",
    "hale.check.write_offs",
    "hale.event_loop.stalled",
    "hale.phase",
    "hale.probe.responses",
    "hale.probe.status",
  ]);
  expect(all.get("hale.check.age")?.descriptor).toMatchObject({
    unit: "s",
    description: "Time since the last run of the check began.",
  });
  expect(all.get("hale.check.runs")?.descriptor.unit).toBe("");
  expect(pointsOf(all, "hale.check.state")).toContainEqual([{ check: "cache", state: "down" }, 1]);
  expect(pointsOf(all, "hale.check.runs")).toContainEqual([{ check: "cache", outcome: "down" }, 1]);
  expect(pointsOf(all, "hale.probe.responses")).toContainEqual([
    { probe: "liveness", code: "200" },
    1,
  ]);
});

test("durations of runs are a histogram with hale's bounds", async () => {
  const { meter, collect } = meterAndCollector();
  const { health, clock } = await service({
    checks: {
      database: () => new Promise<void>((resolve) => clock.after(30, resolve)),
    },
    defaults: { interval: 1000 },
  });
  metrics({ health, meter });
  await clock.advance(3500);
  const [point] = (await collect()).get("hale.check.run_duration")?.dataPoints ?? [];
  expect(point?.attributes).toEqual({ check: "database" });
  expect(point?.value).toMatchObject({
    buckets: {
      boundaries: [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 5],
      counts: [0, 0, 0, expect.any(Number), 0, 0, 0, 0, 0],
    },
    min: 0.03,
    max: 0.03,
  });
});

test("a collection runs what is older than 30 s, and nothing else", async () => {
  const { meter, collect } = meterAndCollector();
  const { health, clock, runs } = await service();
  metrics({ health, meter });
  await collect();
  await clock.advance(29_000);
  await collect();
  expect(runs).toEqual({ database: 1, cache: 1 });
  await clock.advance(1000);
  await collect();
  expect(runs).toEqual({ database: 2, cache: 2 });
});

test("nothing is observed, nor recorded, once it is removed", async () => {
  const { meter, collect } = meterAndCollector();
  const { health, clock, get, runs } = await service();
  const stop = metrics({ health, meter });
  stop();
  await get("/health/deep");
  await clock.advance(60_000);
  expect([...(await collect()).keys()]).toEqual([]);
  expect(runs).toEqual({ database: 1, cache: 1 });
});

test("the names of Kubernetes are instruments too", async () => {
  const { meter, collect } = meterAndCollector();
  const { health } = await service();
  metrics({ health, meter, names: "kubernetes" });
  const all = await collect();
  expect([...all.keys()].sort()).toEqual(["kubernetes.healthcheck", "kubernetes.healthchecks"]);
  expect(pointsOf(all, "kubernetes.healthcheck")).toContainEqual([
    { name: "cache", type: "readyz" },
    0,
  ]);
});
