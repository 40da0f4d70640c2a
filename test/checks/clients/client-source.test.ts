import { Redis } from "ioredis";
import Keyv from "keyv";
import knex from "knex";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { knex as knexCheck } from "../../../src/checks/knex.ts";
import { postgres } from "../../../src/checks/postgres.ts";
import { redis } from "../../../src/checks/redis.ts";
import { runCheck } from "../../_support/run-check.ts";
import { haleErrorOf } from "../../_support/thrown.ts";
import type { RunningServer } from "../../servers/_running-server.ts";
import { postgres as postgresServer } from "../../servers/postgres.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await postgresServer.start();
});
afterAll(() => server.stop());

function openPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: server.url, max: 2 });
  pool.on("error", () => {});
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return pool;
}

describe("a function that returns the client of the moment", () => {
  test("is asked at each run, so that a pool which replaces another is asked from then on", async () => {
    let pool = openPool();
    const check = postgres({ client: () => pool });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await pool.end();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
    pool = openPool();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("may promise it", async () => {
    const pool = openPool();
    const check = postgres({ client: async () => pool });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("is not called before the first run", () => {
    let calls = 0;
    postgres({
      client() {
        calls++;
        return openPool();
      },
    });
    expect(calls).toBe(0);
  });

  test("is one client while it returns the same", async () => {
    const pool = openPool();
    const check = postgres({ client: () => pool });
    for (let run = 0; run < 3; run++) await runCheck(check, 5000);
    expect(pool.totalCount).toBe(1);
  });

  test.each([
    ["nothing", () => undefined, "returned undefined"],
    ["another thing", () => new Map(), "returned a Map"],
    ["a text", () => "postgres://127.0.0.1/shop", "returned a string"],
    ["a client of another check", () => new Keyv(), "returned a Keyv"],
  ])("that returns %s is down, with a code, and says what is taken", async (_, client, words) => {
    const outcome = await runCheck(postgres({ client: client as never }), 5000);
    expect(outcome).toMatchObject({ status: "down", code: "HALE_WRONG_CLIENT" });
    expect(outcome.reason).toContain(words);
    expect(outcome.reason).toContain("a Pool or Client of pg");
  });

  test("that throws is down, with its reason", async () => {
    const client = () => {
      throw new Error("There is no tenant.");
    };
    expect(await runCheck(postgres({ client }), 5000)).toMatchObject({
      status: "down",
      reason: "There is no tenant.",
    });
  });
});

test("a client that is a function itself is a client", async () => {
  const client = knex({ client: "pg", connection: server.url });
  onTestFinished(() => client.destroy());
  expect(await runCheck(knexCheck({ client }), 5000)).toMatchObject({ status: "up" });
});

test("what asked over a client that was replaced is closed", async () => {
  const clients = [0, 1].map(() => new Redis({ lazyConnect: true, port: 1 }));
  for (const one of clients) one.on("error", () => {});
  let at = 0;
  const check = redis({ client: () => clients[at] as Redis });
  await runCheck(check, 100);
  expect(Object.hasOwn(clients[0] as Redis, "sendCommand")).toBe(true);
  at = 1;
  await runCheck(check, 100);
  expect(clients.map((one) => Object.hasOwn(one, "sendCommand"))).toEqual([false, true]);
  await check.close?.();
  expect(Object.hasOwn(clients[1] as Redis, "sendCommand")).toBe(false);
  for (const one of clients) one.disconnect();
});

test("a class in place of a client is refused at the start", () => {
  expect(haleErrorOf(() => postgres({ client: pg.Client as never })).code).toBe("HALE_BAD_OPTION");
});
