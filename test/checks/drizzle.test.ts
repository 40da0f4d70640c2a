import Database from "better-sqlite3";
import { drizzle as createSqliteDrizzle } from "drizzle-orm/better-sqlite3";
import { drizzle as createMysqlDrizzle } from "drizzle-orm/mysql2";
import { drizzle as createDrizzle } from "drizzle-orm/node-postgres";
import { drizzle as createPostgresDrizzle } from "drizzle-orm/postgres-js";
import mysql2 from "mysql2";
import pg from "pg";
import createSql from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { drizzle } from "../../src/checks/drizzle.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";
import { mariadb } from "../servers/mariadb.ts";

function openOnPg(connectionString: string, max = 10) {
  const pool = new pg.Pool({ connectionString, max });
  pool.on("error", () => {});
  onTestFinished(() => {
    if (!pool.ended) void pool.end();
  });
  return createDrizzle(pool);
}

layerContract("drizzle", "Drizzle (pg Pool)", {
  check: drizzle,
  open: openOnPg,
  close: (client) => client.$client.end(),
  async take(client) {
    const connection = await client.$client.connect();
    return () => connection.release();
  },
});

layerContract("drizzle", "Drizzle (postgres)", {
  check: drizzle,
  open(url, max = 10) {
    const sql = createSql(url, { max });
    onTestFinished(() => sql.end({ timeout: 0 }));
    return createPostgresDrizzle(sql);
  },
  close: (client) => client.$client.end({ timeout: 0 }),
});

describe("over better-sqlite3", () => {
  test("is recognised, is up, and is down once the service has closed it", async () => {
    const client = createSqliteDrizzle(new Database(":memory:"));
    const { becomes, reasonOf } = await startService({ checks: { database: client } });
    await becomes("/health/deep", 200);
    client.$client.close();
    await becomes("/health/deep", 503);
    expect(await reasonOf("database")).toBe("The database connection is not open");
  });
});

describe("over mysql2", () => {
  test("is recognised and up, and degraded when the pool is exhausted", async () => {
    const own = await mariadb.start();
    onTestFinished(() => own.stop());
    const pool = mysql2.createPool({ uri: own.url, connectionLimit: 1 });
    onTestFinished(() => pool.end(() => {}));
    const client = createMysqlDrizzle(pool);
    const service = await startService({
      checks: { database: client },
      defaults: { timeout: 300 },
    });
    await service.becomes("/health/ready", 200);
    const taken = await pool.promise().getConnection();
    expect((await service.probe("/health/deep")).body).toBe(
      '{"status":"degraded","checks":{"database":"degraded"}}',
    );
    taken.release();
    await expect
      .poll(async () => (await service.probe("/health/deep")).body)
      .toBe('{"status":"healthy","checks":{"database":"ok"}}');
  }, 60_000);
});

test("where no pool can be seen, a reply that is not 1 is down, and at most one query waits", async () => {
  let asked = 0;
  let reply: Promise<unknown> = Promise.resolve([[{ one: 2 }], []]);
  const client = {
    $count() {},
    execute() {
      asked++;
      return reply;
    },
  };
  const check = drizzle({ client });
  expect(await runCheck(check)).toMatchObject({ status: "down", reason: "Expected 1, got 2." });
  reply = new Promise(() => {});
  for (let run = 0; run < 3; run++) await runCheck(check, 20);
  expect(asked).toBe(2);
});

refusesWhatIsNoClient("drizzle", drizzle);

test("what is no client is a type error", () => {
  // @ts-expect-error it runs no query
  expect(() => drizzle({ client: { $client: {} } })).toThrow();
});
