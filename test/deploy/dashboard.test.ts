import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { ask } from "../_support/ask.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { prometheus } from "../servers/prometheus.ts";
import { makeDashboard } from "./_dashboard.ts";

const dashboard = makeDashboard();

/** The queries of every panel, with values in place of the variables. */
const QUERIES = (dashboard.panels ?? []).flatMap(({ title = "", ...panel }) =>
  ("targets" in panel ? (panel.targets ?? []) : []).map(
    ({ expr }) =>
      [
        title,
        String(expr)
          .replaceAll("$__rate_interval", "1m")
          .replaceAll("$cluster", ".*")
          .replaceAll("$namespace", ".*")
          .replaceAll("$job", ".*"),
      ] as const,
  ),
);

const closes: (() => unknown)[] = [];
let server: RunningServer;

/** A service with a check that is down, one that is up, and one that is written off, which drains. */
beforeAll(async () => {
  const health = createHealth({
    logger: false,
    checks: {
      database: async () => false,
      cache: async () => true,
      queue: defineCheck({ scope: "dependency", timeout: 50, run: () => new Promise(() => {}) }),
    },
    defaults: { interval: 300 },
  });
  const service = await listen(health, {
    port: 0,
    host: "127.0.0.1",
    thread: true,
    expose: "details",
  });
  closes.push(
    () => service.close(),
    () => health.close(),
  );
  health.drain();
  const rules = await readFile("deploy/prometheus/hale.rules.yml", "utf8");
  server = await prometheus.start();
  closes.push(() => server.stop());
  // So that an alert fires within the test.
  await writeFile(
    join(server.folder, "hale.rules.yml"),
    rules.replace(/^(\s+for:) \d+m$/gm, "$1 1s"),
  );
  await writeFile(
    join(server.folder, "prometheus.yml"),
    `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [hale.rules.yml]
scrape_configs:
  - job_name: shop
    metrics_path: /health/deep
    static_configs: [{ targets: ["127.0.0.1:${service.port}"], labels: { zone: a } }]
`,
  );
  await server.restart();
  const asking = setInterval(() => void ask(service.url, "GET", "/readyz").catch(() => {}), 200);
  closes.push(() => clearInterval(asking));
}, 120_000);

afterAll(async () => {
  for (const close of closes.reverse()) await close();
});

test("the file is the dashboard, by the types of Grafana", async () => {
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../deploy/grafana/hale.json");
});

test("every panel has a title, a description, an id and a place of its own", () => {
  const panels = dashboard.panels ?? [];
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.every(({ title }) => title)).toBe(true);
  const cells = panels.flatMap(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } = {} as never }) => {
    expect(x + w).toBeLessThanOrEqual(24);
    return Array.from(
      { length: w * h },
      (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`,
    );
  });
  expect(new Set(cells).size).toBe(cells.length);
});

test.each(QUERIES)("%s: a real Prometheus answers %s with series", async (_, query) => {
  const url = `${server.url}/api/v1/query?query=${encodeURIComponent(query)}`;
  let answer: { status?: string; data?: { result: object[] } } = {};
  await until("there are series", async () => {
    answer = await (await fetch(url)).json();
    // A query that is wrong stays wrong.
    return answer.status !== "success" || (answer.data?.result.length ?? 0) > 0;
  });
  expect(answer.status).toBe("success");
});

test("the variables ask for labels of metrics that hale writes", () => {
  const asked = (dashboard.templating?.list ?? []).map(({ query }) => query);
  expect(asked).toEqual([
    "prometheus",
    "label_values(hale_probe_status, cluster)",
    'label_values(hale_probe_status{cluster=~"$cluster"}, namespace)',
    'label_values(hale_probe_status{cluster=~"$cluster",namespace=~"$namespace"}, job)',
  ]);
});
