import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { postgres } from "../../src/checks/postgres.ts";
import { runCheck } from "../_support/run-check.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";
import { redis as redisServer } from "../servers/redis.ts";

let server: RunningServer;
let admin: pg.Client;
beforeAll(async () => {
  server = await postgresServer.start();
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

let users = 0;

/** The URL of a user of the test's own, and what changes the user's password. */
async function newUser() {
  const name = `shop_${++users}`;
  await admin.query(`create user ${name} password 'right-horse'`);
  const url = new URL(server.url);
  url.username = name;
  url.password = "right-horse";
  return { url: url.href, change: () => admin.query(`alter user ${name} password 'new-horse'`) };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, idleTimeoutMillis: 0 });
  pool.on("error", () => {});
  onTestFinished(() => pool.end());
  return pool;
}

test("a password that was changed is not seen over a connection that the check keeps alive", async () => {
  const { url, change } = await newUser();
  const check = postgres({ client: openPool(url) });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await change();
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
});

test("with reopenEvery it is, by the next connection that the pool opens, until the client has the new one", async () => {
  const { url, change } = await newUser();
  let pool = openPool(url);
  const check = postgres({ client: () => pool, reopenEvery: 1000 });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await change();
  await expect
    .poll(() => runCheck(check, 5000), { timeout: 30_000 })
    .toMatchObject({ status: "down", code: "28P01" });
  pool = openPool(url.replace("right-horse", "new-horse"));
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
});

test("fromUrl with reopen sees it at the next run, and leaves no connection behind", async () => {
  const { url, change } = await newUser();
  const check = fromUrl(url, { reopen: true });
  const connections = async () => {
    const sql = "select count(*)::int as open from pg_stat_activity where usename = $1";
    return (await admin.query(sql, [new URL(url).username])).rows[0].open;
  };
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  await expect.poll(connections).toBe(0);
  await change();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "down", code: "28P01" });
});

test("fromUrl with reopen sees it of what has no pool as well", async () => {
  const redis = await redisServer.start({ requirepass: "right-horse" });
  onTestFinished(() => redis.stop());
  const client = new Redis(redis.url);
  onTestFinished(() => client.disconnect());
  const [kept, reopened] = [fromUrl(redis.url), fromUrl(redis.url, { reopen: true })];
  onTestFinished(async () => void (await kept.close?.()));
  expect(await runCheck(kept, 5000)).toMatchObject({ status: "up" });
  expect(await runCheck(reopened, 5000)).toMatchObject({ status: "up" });
  await client.config("SET", "requirepass", "new-horse");
  expect(await runCheck(kept, 5000)).toMatchObject({ status: "up" });
  expect(await runCheck(reopened, 5000)).toMatchObject({ status: "down" });
});

test.each([{ reopenEvery: 5 }, { reopenEvery: "1 min" }])("%j is refused", (options) => {
  const client = openPool("postgres://127.0.0.1:1/hale");
  expect(haleErrorOf(() => postgres({ client, ...(options as object) })).code).toBe(
    "HALE_BAD_OPTION",
  );
});
