import { drizzle as createDrizzle } from "drizzle-orm/mysql2";
import mysql2 from "mysql2";
import { DataSource, type DataSourceOptions } from "typeorm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { drizzle } from "../../src/checks/drizzle.ts";
import { mikroOrm } from "../../src/checks/mikro-orm.ts";
import { mysql } from "../../src/checks/mysql.ts";
import { typeorm } from "../../src/checks/typeorm.ts";
import type { Check } from "../../src/contract/check.ts";
import { runCheck } from "../_support/run-check.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mariadb } from "../servers/mariadb.ts";
import { load } from "./clients/_relatives.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await mariadb.start();
}, 60_000);
afterAll(() => server.stop());

const npmMysql: typeof import("mysql") = load("mysql");

/** One connection, and a queue of two requests. */
const LIMITS = { connectionLimit: 1, queueLimit: 2 };

/** A client whose pool has {@link LIMITS}, as the service uses it. */
interface FullPool {
  readonly check: Check;
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

const through = (pool: Callbacks, check: Check): FullPool => ({
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

function openNpmMysql(): Callbacks {
  const { hostname: host, port, username: user, password } = new URL(server.url);
  const pool = npmMysql.createPool({ host, port: Number(port), user, password, ...LIMITS });
  onTestFinished(() => pool.end(() => {}));
  return pool;
}

async function openTypeorm(Source: typeof DataSource, options: object): Promise<FullPool> {
  const extra = { queueLimit: LIMITS.queueLimit };
  const client = new Source({
    ...{ type: "mysql", poolSize: 1, extra, ...options },
  } as DataSourceOptions);
  await client.initialize();
  onTestFinished(() => client.destroy());
  return {
    check: typeorm({ client }),
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

test.each<[string, () => FullPool | Promise<FullPool>]>([
  [
    "mysql2",
    () => {
      const pool = openMysql2();
      return through(pool as unknown as Callbacks, mysql({ client: pool }));
    },
  ],
  [
    "npm mysql",
    () => {
      const pool = openNpmMysql();
      return through(pool, mysql({ client: pool as never }));
    },
  ],
  [
    "Drizzle over mysql2",
    () => {
      const pool = openMysql2();
      return through(
        pool as unknown as Callbacks,
        drizzle({ client: createDrizzle(pool as never) }),
      );
    },
  ],
  [
    "Drizzle over mysql2 with promises",
    () => {
      const pool = openMysql2();
      return through(
        pool as unknown as Callbacks,
        drizzle({ client: createDrizzle(pool.promise() as never) }),
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
      return through(pool as unknown as Callbacks, mikroOrm({ client }));
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
])(
  "a full pool of %s is degraded and not asked, so that its queue is the service's alone",
  async (_, open) => {
    const { check, take, query } = await open();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const giveBack = await take();
    const first = query();
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 50)).toMatchObject({
        status: "degraded",
        reason: "The service has taken all 1 connections of the pool.",
      });
    }
    const second = query();
    await giveBack();
    expect([await first, await second]).toEqual([[{ one: 1 }], [{ one: 1 }]]);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  },
);
