import { connect as connectAmqp } from "amqplib";
import { drizzle as createDrizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import createKnex from "knex";
import { Kysely, PostgresDialect } from "kysely";
import mariadb from "mariadb";
import { MongoClient } from "mongodb";
import mysql2 from "mysql2";
import pg from "pg";
import createSql from "postgres";
import { createClient } from "redis";
import { Sequelize } from "sequelize";
import { DataSource } from "typeorm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { HealthOptions } from "../../src/health.ts";
import { type LongWay, startLongWay } from "../_support/forward.ts";
import { startService } from "../_support/service.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";
import { mongodb as mongodbServer } from "../servers/mongodb.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";
import { redis as redisServer } from "../servers/redis.ts";

type Input = NonNullable<HealthOptions["checks"]>[string];
type Kind = "postgres" | "mariadb" | "redis" | "mongodb" | "rabbitmq";

const SERVERS = {
  postgres: postgresServer,
  mariadb: mariadbServer,
  redis: redisServer,
  mongodb: mongodbServer,
  rabbitmq,
} as const;

const running = new Map<Kind, RunningServer>();
beforeAll(async () => {
  for (const [kind, server] of Object.entries(SERVERS)) {
    const tls = kind === "postgres" || kind === "mariadb";
    running.set(kind as Kind, await server.start(tls ? { tls } : {}));
  }
});
afterAll(async () => {
  for (const server of running.values()) await server.stop();
});

/** TLS without a look at who signed: what counts here is how long it takes. */
const ssl = { rejectUnauthorized: false };

/** A service's clients, by the server that they talk to; each is made as services make it. */
const CLIENTS: readonly (readonly [string, Kind, (url: string) => Input | Promise<Input>])[] = [
  ["pg Pool", "postgres", (url) => openPg(url)],
  ["Drizzle over pg", "postgres", (url) => createDrizzle(openPg(url))],
  [
    "TypeORM over pg",
    "postgres",
    async (url) => {
      const source = new DataSource({ type: "postgres", url, ssl });
      // It opens its first connection by itself, and the service waits for that.
      await source.initialize();
      onTestFinished(() => source.destroy());
      return source;
    },
  ],
  [
    "Knex over pg",
    "postgres",
    (url) => {
      const { hostname: host, port, username: user, password } = new URL(url);
      const knex = createKnex({
        client: "pg",
        connection: { host, port: Number(port), user, password, database: "hale", ssl },
        pool: { min: 0, max: 10 },
      });
      onTestFinished(() => knex.destroy());
      return knex;
    },
  ],
  [
    "Sequelize over pg",
    "postgres",
    (url) => {
      const sequelize = new Sequelize(url, { logging: false, dialectOptions: { ssl } });
      onTestFinished(() => sequelize.close());
      return sequelize;
    },
  ],
  [
    "Kysely over pg",
    "postgres",
    (url) => new Kysely({ dialect: new PostgresDialect({ pool: openPg(url) }) }),
  ],
  [
    "postgres",
    "postgres",
    (url) => {
      const sql = createSql(url, { ssl });
      onTestFinished(() => sql.end({ timeout: 0 }));
      return sql;
    },
  ],
  [
    "mysql2 Pool",
    "mariadb",
    (uri) => {
      const pool = mysql2.createPool({ uri, ssl });
      onTestFinished(() => pool.end(() => {}));
      return pool;
    },
  ],
  [
    "mariadb Pool",
    "mariadb",
    (url) => {
      const { hostname: host, port, username: user, password } = new URL(url);
      const config = { host, port: Number(port), user, password, database: "hale", ssl };
      const pool = mariadb.createPool({ ...config, connectionLimit: 1 });
      onTestFinished(() => pool.end());
      return pool;
    },
  ],
  [
    "ioredis",
    "redis",
    (url) => {
      const client = new Redis(url);
      client.on("error", () => {});
      onTestFinished(() => client.disconnect());
      return client;
    },
  ],
  [
    "redis",
    "redis",
    (url) => {
      const client = createClient({ url });
      client.on("error", () => {});
      void client.connect().catch(() => {});
      onTestFinished(() => client.destroy());
      return client;
    },
  ],
  [
    "MongoClient",
    "mongodb",
    (url) => {
      const client = new MongoClient(url);
      onTestFinished(() => client.close());
      return client;
    },
  ],
  [
    "amqplib",
    "rabbitmq",
    async (url) => {
      const connection = await connectAmqp(url);
      connection.on("error", () => {});
      onTestFinished(() => connection.close().catch(() => {}));
      return connection;
    },
  ],
];

function openPg(connectionString: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, ssl, ...options });
  pool.on("error", () => {});
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return pool;
}

function farAway(kind: Kind, way: LongWay): string {
  const url = new URL((running.get(kind) as RunningServer).url);
  url.port = String(way.port);
  return url.href;
}

test.each(CLIENTS)(
  "a service with %s whose server is 100 ms away becomes ready, and no connection is aborted",
  async (name, kind, open) => {
    // Sequelize asks for the version once, over a connection that it closes itself.
    const own = name.startsWith("Sequelize") ? 1 : 0;
    const way = await startLongWay((running.get(kind) as RunningServer).port);
    const service = await startService({ checks: { it: await open(farAway(kind, way)) } });
    await service.becomes("/health/ready", 200);
    expect(way.ended).toBe(own);
    // MongoDB's driver has two that watch the server, besides the one that asks.
    expect(way.opened).toBeLessThanOrEqual(kind === "mongodb" ? 3 : 1 + own);
    await service.becomes("/health/ready", 200);
    expect(way.ended).toBe(own);
  },
);

test("a service whose database takes two seconds to open a connection becomes ready, over the connection that the first run began", async () => {
  const way = await startLongWay((running.get("postgres") as RunningServer).port, 250);
  const pool = openPg(farAway("postgres", way), { idleTimeoutMillis: 300 });
  const service = await startService({ checks: { it: pool } });
  expect(await service.reasonOf("it")).toBe(
    "No answer within 500 ms: the connection is still being opened.",
  );
  await service.becomes("/health/ready", 200);
  expect([way.opened, way.ended]).toEqual([1, 0]);
  // After its idle time the pool has none, and it is the same once more.
  await expect.poll(() => pool.totalCount).toBe(0);
  await service.becomes("/health/ready", 503);
  await service.becomes("/health/ready", 200);
  expect([way.opened, way.ended]).toEqual([2, 1]);
});

test("a password that comes late is waited for, and asked for once", async () => {
  let asked = 0;
  const {
    hostname: host,
    port,
    username: user,
    password,
  } = new URL((running.get("postgres") as RunningServer).url);
  const pool = new pg.Pool({
    ...{ host, port: Number(port), user, database: "hale" },
    async password() {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return password;
    },
  });
  onTestFinished(() => pool.end());
  const service = await startService({ checks: { it: pool } });
  await service.becomes("/health/ready", 200);
  expect(asked).toBe(1);
});
