import { drizzle as createDrizzle } from "drizzle-orm/mysql2";
import mariadb, { type Pool } from "mariadb";
import mysql2 from "mysql2";
import mysql2promise from "mysql2/promise";
import { DataSource, type DataSourceOptions } from "typeorm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { drizzle } from "../../src/checks/drizzle.ts";
import type { PoolLimits } from "../../src/checks/internal/sql/pool-options.ts";
import { mikroOrm } from "../../src/checks/mikro-orm.ts";
import { mysql } from "../../src/checks/mysql.ts";
import { typeorm } from "../../src/checks/typeorm.ts";
import type { Check } from "../../src/contract/check.ts";
import { runCheck } from "../_support/run-check.ts";
import { poolLimitsContract } from "../contracts/pool-limits-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";
import { load } from "./clients/_relatives.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await mariadbServer.start();
}, 60_000);
afterAll(() => server.stop());

/** The connections that the server has, but for the one that asks. */
async function connections(): Promise<number[]> {
  const connection = await mysql2promise.createConnection(server.url);
  const sql =
    "select id from information_schema.processlist where user = 'hale' and id <> connection_id()";
  const [rows] = await connection.query(sql);
  await connection.end();
  return (rows as { id: number }[]).map(({ id }) => id);
}

const npmMysql: typeof import("mysql") = load("mysql");

/** One connection, and a queue of two requests. */
const LIMITS = { connectionLimit: 1, queueLimit: 2 };

/** A client whose pool has {@link LIMITS}, as the service uses it. */
interface Limited {
  check(limits?: PoolLimits): Check;
  /** Takes the only connection, and returns what gives it back. */
  take(): Promise<() => unknown>;
  /** Sends a query, which waits in the queue of the pool. */
  query(): PromiseLike<unknown>;
}

interface Callbacks {
  getConnection(done: (failure: unknown, connection: { release(): void }) => void): void;
  query(sql: string, done: (failure: unknown, rows: unknown) => void): unknown;
}

function called<T>(call: (done: (failure: unknown, value: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((failure, value) => (failure ? reject(failure) : resolve(value)));
  });
}

const through = (pool: Callbacks, check: (limits?: PoolLimits) => Check): Limited => ({
  check,
  async take() {
    const connection = await called<{ release(): void }>((done) => pool.getConnection(done));
    return () => connection.release();
  },
  query: () => called((done) => pool.query("select 1 as one", done)),
});

function openMysql2(): mysql2.Pool {
  const pool = mysql2.createPool({ uri: server.url, ...LIMITS });
  onTestFinished(() => pool.end(() => {}));
  return pool;
}

function openMariadb(): Pool {
  const { hostname: host, port, username: user, password } = new URL(server.url);
  const pool = mariadb.createPool({ host, port: Number(port), user, password, connectionLimit: 1 });
  onTestFinished(() => void pool.end().catch(() => {}));
  return pool;
}

function openNpmMysql(): Callbacks {
  const { hostname: host, port, username: user, password } = new URL(server.url);
  const pool = npmMysql.createPool({ host, port: Number(port), user, password, ...LIMITS });
  onTestFinished(() => pool.end(() => {}));
  return pool;
}

async function openTypeorm(Source: typeof DataSource, options: object): Promise<Limited> {
  const extra = { queueLimit: LIMITS.queueLimit };
  const client = new Source({
    ...{ type: "mysql", poolSize: 1, extra, ...options },
  } as DataSourceOptions);
  await client.initialize();
  onTestFinished(() => client.destroy());
  return {
    check: (limits) => typeorm({ client, ...limits }),
    async take() {
      const runner = client.createQueryRunner("master");
      await runner.connect();
      return () => runner.release();
    },
    async query() {
      const runner = client.createQueryRunner("master");
      try {
        return await runner.query("select 1 as one");
      } finally {
        await runner.release();
      }
    },
  };
}

async function neverAsked(): Promise<never> {
  throw new Error("The layer was asked.");
}

const withReplicas = () => ({ replication: { master: { url: server.url }, slaves: [] } });

const POOLS: readonly [string, () => Limited | Promise<Limited>][] = [
  [
    "mysql2",
    () => {
      const pool = openMysql2();
      return through(pool as unknown as Callbacks, (limits) => mysql({ client: pool, ...limits }));
    },
  ],
  [
    "mariadb",
    () => {
      const pool = openMariadb();
      return {
        check: (limits) => mysql({ client: pool, ...limits }),
        async take() {
          const connection = await pool.getConnection();
          return () => connection.release();
        },
        query: () => pool.query("select 1 as one"),
      };
    },
  ],
  [
    "npm mysql",
    () => {
      const pool = openNpmMysql();
      return through(pool, (limits) => mysql({ client: pool as never, ...limits }));
    },
  ],
  [
    "Drizzle over mysql2",
    () => {
      const pool = openMysql2();
      return through(pool as unknown as Callbacks, (limits) =>
        drizzle({ client: createDrizzle(pool as never), ...limits }),
      );
    },
  ],
  [
    "Drizzle over mysql2 with promises",
    () => {
      const pool = openMysql2();
      return through(pool as unknown as Callbacks, (limits) =>
        drizzle({ client: createDrizzle(pool.promise() as never), ...limits }),
      );
    },
  ],
  [
    "MikroORM 7 over mysql2",
    () => {
      const pool = openMysql2();
      // Version 7 needs a later Node.js than the oldest that hale runs on.
      const connection = { execute: neverAsked, getNativeClient: async () => pool };
      const client = { em: { getConnection: () => connection } };
      return through(pool as unknown as Callbacks, (limits) => mikroOrm({ client, ...limits }));
    },
  ],
  ["TypeORM over mysql2", () => openTypeorm(DataSource, { url: server.url })],
  ["TypeORM over mysql2 with replicas", () => openTypeorm(DataSource, withReplicas())],
  [
    "TypeORM over npm mysql",
    () =>
      openTypeorm(load("typeorm0.3").DataSource, {
        url: server.url,
        driver: npmMysql,
        connectorPackage: "mysql",
      }),
  ],
  [
    "TypeORM over npm mysql with replicas",
    () =>
      openTypeorm(load("typeorm0.3").DataSource, {
        ...withReplicas(),
        driver: npmMysql,
        connectorPackage: "mysql",
      }),
  ],
];

describe.each(POOLS)("%s", (_, open) => {
  test("a full pool is degraded and not asked, so that its queue is the service's alone", async () => {
    const { check, take, query } = await open();
    const it = check();
    expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
    const giveBack = await take();
    const first = query();
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(it, 50)).toMatchObject({
        status: "degraded",
        reason: "The service has taken all 1 connections of the pool.",
        observations: { waitingRequests: { value: 1 } },
      });
    }
    const second = query();
    await giveBack();
    expect([await first, await second]).toEqual([[{ one: 1 }], [{ one: 1 }]]);
    expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
  });

  poolLimitsContract(async () => ({ ...(await open()), connections }));
});
