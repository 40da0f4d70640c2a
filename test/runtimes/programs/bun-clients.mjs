// A service on Bun whose clients are Bun's own: of PostgreSQL, of Redis, and SQLite in this process.
import { Database } from "bun:sqlite";
import { healthHandler } from "../../../dist/adapters/fetch.js";
import { fromUrl, heartbeat, queue, redis } from "../../../dist/checks/index.js";
import { createHealth } from "../../../dist/index.js";

const { Bun } = globalThis;
const { POSTGRES = "", REDIS = "", PORT } = process.env;

const cache = new Bun.RedisClient(REDIS);
await cache.send("SET", ["beat", "1"]).catch(() => {});

const health = createHealth({
  logger: false,
  defaults: { maxAge: 0 },
  http: { expose: "details" },
  checks: {
    database: new Bun.SQL(POSTGRES, { max: 2 }),
    cache,
    writes: redis({ client: cache, writable: true, memory: {} }),
    jobs: queue({ client: cache, name: "jobs", waiting: { degraded: 100 } }),
    worker: heartbeat({ client: cache, key: "beat" }),
    files: new Database(":memory:"),
    postgresUrl: fromUrl(POSTGRES),
    redisUrl: fromUrl(REDIS),
  },
});

Bun.serve({ hostname: "127.0.0.1", port: Number(PORT), fetch: healthHandler(health) });
console.log("listening");
