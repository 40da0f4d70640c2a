import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import Keyv from "keyv";
import knex from "knex";
import { MongoClient } from "mongodb";
import mysql2 from "mysql2/promise";
import pg from "pg";
import postgresJs from "postgres";
import { createClient } from "redis";
import { Sequelize } from "sequelize";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startService } from "../../_support/service.ts";
import type { RunningServer } from "../../servers/_running-server.ts";
import { mariadb } from "../../servers/mariadb.ts";
import { mongodb } from "../../servers/mongodb.ts";
import { postgres } from "../../servers/postgres.ts";
import { redis } from "../../servers/redis.ts";

const KINDS = { mariadb, mongodb, postgres, redis };
const servers: Partial<Record<keyof typeof KINDS, RunningServer>> = {};
beforeAll(async () => {
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    servers[kind] = await KINDS[kind].start();
  }
}, 120_000);
afterAll(() => Promise.all(Object.values(servers).map((server) => server.stop())));

const urlOf = (kind: keyof typeof KINDS) => servers[kind]?.url ?? "";

/** A client that is made on its first use, behind a proxy that has a `get` and no other trap. */
function lazily<Client extends object>(make: () => Client): Client {
  let made: Client | undefined;
  return new Proxy({} as Client, {
    get(_, key) {
      made ??= make();
      const value = made[key as keyof Client] as unknown;
      return typeof value === "function" ? value.bind(made) : value;
    },
  });
}

/** Ends a client with the test. */
function ending<Client extends object>(client: Client, end: (client: Client) => unknown): Client {
  onTestFinished(async () => void (await end(client)));
  return client;
}

/** A pool whose connections may still be open when the server is stopped: the pool listens to them until it ends. */
function postgresPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: urlOf("postgres") });
  pool.on("connect", (client) => client.on("error", () => {}));
  return ending(pool, (it) => it.end());
}

test("clients behind a proxy that only has a get are recognised, and asked", async () => {
  const checks = {
    mysql2: lazily(() => ending(mysql2.createPool(urlOf("mariadb")), (it) => it.end())),
    postgres: lazily(() => ending(postgresJs(urlOf("postgres"), { max: 1 }), (it) => it.end())),
    pg: lazily(postgresPool),
    drizzle: lazily(() => drizzle(postgresPool())),
    knex: lazily(() =>
      ending(knex({ client: "pg", connection: urlOf("postgres") }), (it) => it.destroy()),
    ),
    sequelize: lazily(() =>
      ending(new Sequelize(urlOf("postgres"), { logging: false }), (it) => it.close()),
    ),
    ioredis: lazily(() => ending(new Redis(urlOf("redis")), (it) => it.disconnect())),
    redis: lazily(() => {
      const client = ending(createClient({ url: urlOf("redis") }), (it) => it.destroy());
      client.on("error", () => {});
      void client.connect();
      return client;
    }),
    mongodb: lazily(() => ending(new MongoClient(urlOf("mongodb")), (it) => it.close())),
    sqlite: lazily(() => ending(new Database(":memory:"), (it) => it.close())),
    keyv: lazily(() => new Keyv()),
  };
  const { becomes, probe } = await startService({ checks });
  await becomes("/health/ready", 200);
  const words = Object.keys(checks).map((name) => [name, "ok"]);
  await expect
    .poll(async () => JSON.parse((await probe("/health/deep")).body).checks, { timeout: 20_000 })
    .toEqual(Object.fromEntries(words));
}, 60_000);
