import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { createClient } from "redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redis as redisCheck } from "../../src/checks/redis.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { alertmanager, alertsOf } from "../servers/alertmanager.ts";
import { postgres } from "../servers/postgres.ts";
import { prometheus } from "../servers/prometheus.ts";
import { redis } from "../servers/redis.ts";

/** Milliseconds within which an alert must have come or gone; a limit, not an expectation. */
const LIMIT = 120_000;

const closes: (() => unknown)[] = [];
let database: RunningServer;
let cache: RunningServer;
let receiver: RunningServer;
let replicas: readonly { readonly port: number }[] = [];
/** Whether the disk of the first replica is full. */
let isFull = false;

beforeAll(async () => {
  [database, cache, receiver] = await Promise.all([
    postgres.start(),
    redis.start(),
    alertmanager.start(),
  ]);
  closes.push(database.stop, cache.stop, receiver.stop);
  replicas = await Promise.all([0, 1, 2].map((index) => startReplica(index === 0)));
  const scraper = await prometheus.start({ config: await configuration() });
  closes.push(scraper.stop);
}, 180_000);

afterAll(async () => {
  for (const close of closes.reverse()) await close();
});

/** A replica of a service that needs a database and its disk, and goes on without its cache. */
async function startReplica(fillsUp: boolean): Promise<{ readonly port: number }> {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on("error", () => {});
  const client = createClient({ url: cache.url });
  client.on("error", () => {});
  await client.connect();
  const health = createHealth({
    logger: false,
    checks: {
      database: pool,
      cache: redisCheck({ client, critical: false }),
      disk: async () => !(fillsUp && isFull),
    },
    // A run that is late on a busy machine alone would be a transition, of which few are an alert.
    defaults: { interval: 500, timeout: 5000 },
  });
  const server = await listen(health, { port: 0, host: "127.0.0.1", expose: "details" });
  closes.push(
    () => pool.end(),
    () => client.destroy(),
    () => server.close(),
    () => health.close(),
  );
  return server;
}

/** What Prometheus scrapes and whom it tells, with hale's rules, whose minutes pass in a second. */
async function configuration(): Promise<string> {
  const rules = await readFile("deploy/prometheus/hale.rules.yml", "utf8");
  const file = join(receiver.folder, "hale.rules.yml");
  await writeFile(file, rules.replace(/^(\s+for:) \d+m$/gm, "$1 1s"));
  const targets = replicas.map(({ port }) => `"127.0.0.1:${port}"`).join(", ");
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [${file}]
alerting:
  alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${receiver.port}"] }] }]
scrape_configs:
  - job_name: shop
    metrics_path: /health/deep
    static_configs: [{ targets: [${targets}] }]
`;
}

/** The alerts that Alertmanager has, each in a word and by what it names. */
async function alerts(): Promise<string[]> {
  const found = await alertsOf(receiver);
  return found
    .map(({ labels: { alertname, severity, check, instance } }) =>
      [alertname, severity, check, instance].filter(Boolean).join(" "),
    )
    .sort();
}

async function become(expected: readonly string[]): Promise<void> {
  let seen: string[] = [];
  const wanted = JSON.stringify([...expected].sort());
  const same = async () => {
    seen = await alerts();
    return JSON.stringify(seen) === wanted;
  };
  await until(`the alerts are ${wanted}`, same, LIMIT).catch((cause) => {
    throw new Error(`The alerts are ${JSON.stringify(seen)}, not ${wanted}.`, { cause });
  });
}

test("while all is well, nothing is alerted", async () => {
  await become([]);
});

test("a database that is killed is one alert, which names it; started again, it ends", async () => {
  await database.kill();
  await become(["HaleDependencyDown critical database"]);
  await database.restart();
  await become([]);
}, 300_000);

test("a cache that hangs is a warning that says so; when it goes on, it ends", async () => {
  await cache.pause();
  await become(["HaleDependencyDown warning cache"]);
  const [alert] = await alertsOf(receiver);
  expect(alert?.annotations).toMatchObject({
    summary: "cache is down on 100% of the replicas of shop.",
    description: expect.stringContaining("It does not respond: runs end at their timeout"),
    runbook: "docs/runbooks/dependency-down.md",
  });
  await cache.resume();
  await become([]);
}, 300_000);

test("a database that hangs is told from a cache that is killed at the same time", async () => {
  await database.pause();
  await cache.kill();
  await become(["HaleDependencyDown critical database", "HaleDependencyDown warning cache"]);
  await Promise.all([database.resume(), cache.restart()]);
  await become([]);
}, 300_000);

test("what is down on one replica alone is one alert, of that replica", async () => {
  isFull = true;
  await become([`HaleReplicaFailing warning 127.0.0.1:${replicas[0]?.port}`]);
  isFull = false;
  await become([]);
}, 300_000);
