import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as checks from "../../src/checks/index.ts";
import { clusterHealth } from "../../src/cluster/cluster-health.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { listenAddressesOf } from "../../src/server/internal/listen-options.ts";
import { type DrainOptions, shutdownSettings } from "../../src/shutdown/shutdown-options.ts";
import { adapterAudits, audits } from "../../src/testing/index.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const pool = { query: () => {}, connect: () => {}, totalCount: 0, options: { max: 1 } };
const redis = { ping: () => {}, call: () => {} };
const queue = (more: object) => checks.queue({ client: redis, name: "jobs", ...more } as never);
const postgres = (more: object) => checks.postgres({ client: pool, ...more } as never);
const health = (options: HealthOptions) => createHealth({ logger: false, ...options });
const defaults = (more: object) => health({ defaults: more });
const shutdown = (more: object) => shutdownSettings({ health: health({}), ...more });
const drain = (more: DrainOptions) => shutdown({ drain: more });
const endpoint = (more: object) => audits({ url: "http://127.0.0.1/", ...more });
const mongodb = (more: object) =>
  checks.mongodb({ client: { db: () => {}, startSession: () => {} }, ...more } as never);

/** A call for each option that is a time in milliseconds, by its interface. */
const CALLS: Readonly<Record<string, (time: number) => unknown>> = {
  "CheckOptions.timeout": (timeout) => defaults({ timeout }),
  "CheckOptions.maxAge": (maxAge) => defaults({ maxAge }),
  "CheckOptions.interval": (interval) => defaults({ interval }),
  "CheckOptions.restartAfter": (restartAfter) => checks.heap({ restartAfter }),
  "ClusterOptions.reportTimeout": (liveness) =>
    clusterHealth(health({}), { workers: 1, reportTimeout: { liveness } }),
  "DrainOptions.min": (min) => drain({ min }),
  "DrainOptions.quiet": (quiet) => drain({ quiet }),
  "DrainOptions.max": (max) => drain({ max }),
  "EndpointOptions.timeout": (timeout) => endpoint({ timeout }),
  "EndpointOptions.idleTimeout": (idleTimeout) => endpoint({ idleTimeout }),
  "EndpointOptions.within": (within) => endpoint({ within }),
  "EventLoopOptions.window": (window) => checks.eventLoop({ window }),
  "HealthOptions.deadline": (deadline) => health({ deadline }),
  "HeapOptions.window": (window) => checks.heap({ window }),
  "HeartbeatAge.age": (down) => checks.heartbeat({ file: "/tmp/beat", age: { down } }),
  "HeartbeatOfKey.age": (degraded) =>
    checks.heartbeat({ client: redis as never, key: "beat", age: { degraded } }),
  "HistoryOptions.keep": (keep) => health({ history: { keep } }),
  "KafkaOptions.heartbeatWithin": (heartbeatWithin) =>
    checks.kafka({ client: { admin: () => {} } as never, heartbeatWithin }),
  "ListenOptions.interval": (interval) => listenAddressesOf({ port: 0, thread: true, interval }),
  "MemoryOptions.window": (window) => checks.memory({ window }),
  "MigrationsOptions.within": (within) =>
    checks.migrationsApplied({ pending: async () => [] } as never, { within }),
  "MongodbOptions.connectTimeout": (connectTimeout) => mongodb({ connectTimeout }),
  "MongodbOptions.exhaustedFor": (exhaustedFor) => mongodb({ exhaustedFor }),
  "MssqlOptions.exhaustedFor": (exhaustedFor) =>
    checks.mssql({ client: {} as never, exhaustedFor }),
  "PoolLimits.connectTimeout": (connectTimeout) => postgres({ connectTimeout }),
  "PoolLimits.exhaustedFor": (exhaustedFor) => postgres({ exhaustedFor }),
  "PoolLimits.reopenEvery": (reopenEvery) => postgres({ reopenEvery }),
  "PostgresOptions.replicationLag": (down) => postgres({ replicationLag: { down } }),
  "ProgressOptions.within": (within) => checks.progress({ within }),
  "ProgressOptions.startWithin": (startWithin) => checks.progress({ within: 30_000, startWithin }),
  "QueueLimits.oldest": (degraded) => queue({ oldest: { degraded } }),
  "QueueRedisOptions.activeWithin": (activeWithin) => queue({ activeWithin }),
  "ShutdownOptions.requestTimeout": (requestTimeout) => shutdown({ requestTimeout }),
  "ShutdownOptions.hookTimeout": (hookTimeout) => shutdown({ hookTimeout }),
  "StalledOptions.readiness": (readiness) =>
    listenAddressesOf({ port: 0, thread: true, stalled: { readiness } }),
  "StalledOptions.liveness": (liveness) =>
    listenAddressesOf({ port: 0, thread: true, stalled: { liveness } }),
  "StartupOptions.deadline": (deadline) => health({ startup: { deadline } }),
  "UptimeOptions.degradedAfter": (degradedAfter) => checks.uptime({ degradedAfter }),
};

/** Options of which a few milliseconds are a sound value. */
const SMALL = ["EventLoopFigures.delay"];

/** Options whose rule stands behind a promise. */
const LATE: Readonly<Record<string, (time: number) => Promise<unknown>>> = {
  "WhenReadyOptions.timeout": (timeout) => health({}).whenReady({ timeout }),
};

const INTERFACE =
  /^export interface (\w*(?:Options|Limits|Age|OfKey|Figures))\b[^{]*\{\n([\s\S]*?)^\}/gm;
const MEMBER =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:readonly )?(\w+)\??: ([^;{]*(?:\{[^}]*\})?[^;]*);/g;
const TIME = /milliseconds?\b|(?:shortest|longest) time/i;

/** The public options of the source that are times by their descriptions. */
function timesOfSource(): readonly string[] {
  const reports = readdirSync("api").map((file) => readFileSync(`api/${file}`, "utf8"));
  const found = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli"))
    .flatMap((file) => [...readFileSync(`src/${file}`, "utf8").matchAll(INTERFACE)])
    .filter(([, name]) => reports.some((report) => report.includes(`interface ${name} `)))
    .flatMap(([, name, body = ""]) =>
      [...body.matchAll(MEMBER)]
        .filter(([, about = ""]) => TIME.test(about))
        .filter(
          ([, , , type = ""]) => /number|Limits|Thresholds/.test(type) && !type.includes("=>"),
        )
        .map(([, , option]) => `${name}.${option}`),
    );
  return [...new Set(found)].sort();
}

test("every option that is a time is in this table", () => {
  const inTable = [...Object.keys(CALLS), ...Object.keys(LATE), ...SMALL];
  expect(timesOfSource()).toEqual(inTable.sort());
});

test.each(Object.entries(CALLS))(
  "%s refuses a number that was likely meant as seconds",
  (_, call) => {
    const { code, message } = haleErrorOf(() => call(30));
    expect([code, message]).toEqual([
      "HALE_BAD_OPTION",
      expect.stringMatching(/Times are milliseconds: did you mean \d+/),
    ]);
  },
);

test.each(Object.entries(LATE))(
  "%s rejects a number that was likely meant as seconds",
  async (_, call) => {
    await expect(call(30)).rejects.toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringMatching(/Times are milliseconds: did you mean \d+/),
    });
  },
);

test.each<[string, () => unknown]>([
  ["an argument", () => adapterAudits((() => {}) as never, 60)],
  [
    "an option with a floor of its own",
    () => checks.statusPage({ url: "http://127.0.0.1", interval: 60 }),
  ],
  ["a limit without its name", () => queue({ oldest: 60 })],
])("a time that is %s is refused too", (_, call) => {
  expect(haleErrorOf(call).message).toMatch("Times are milliseconds: did you mean 60000?");
});

test("times that are small on purpose are accepted", () => {
  expect(() => checks.progress({ within: 1000, startWithin: 1000 })).not.toThrow();
  expect(() => checks.eventLoop({ degradedAt: { delay: 5 } })).not.toThrow();
  expect(() => postgres({ connectTimeout: 100, exhaustedFor: 0 })).not.toThrow();
});
