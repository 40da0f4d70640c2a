import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startService } from "../_support/service.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { pgbouncer, tellPgbouncer } from "../servers/pgbouncer.ts";
import { postgres } from "../servers/postgres.ts";

let database: RunningServer;
beforeAll(async () => {
  database = await postgres.start();
});
afterAll(() => database.stop());

async function startPgbouncer(poolSize = 5): Promise<RunningServer> {
  const own = await pgbouncer.start({ upstream: database, maxClientConn: 20, poolSize });
  onTestFinished(() => own.stop());
  return own;
}

/** A pool of the service, through pgbouncer. */
function openPool({ url }: RunningServer, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on("error", () => {});
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return pool;
}

/** The clients that pgbouncer has of services, whether they are gone or not. */
async function clients(own: RunningServer): Promise<number> {
  const rows = await tellPgbouncer<{ database: string }>(own, "show clients");
  return rows.filter((row) => row.database === "hale").length;
}

/** As many probes as a prober sends in half a minute. */
const PROBES = 30;

test.each([1, 2, 10])(
  "a paused pgbouncer holds two clients of the check at most, of a pool of %i, and lets another service in",
  async (max) => {
    const own = await startPgbouncer();
    const pool = openPool(own, max);
    const service = await startService({
      checks: { database: pool },
      defaults: { timeout: 100 },
    });
    await service.becomes("/health/ready", 200);
    expect(await clients(own)).toBe(1);
    await tellPgbouncer(own, "pause hale");
    for (let probe = 0; probe < PROBES; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
      expect(await clients(own)).toBeLessThanOrEqual(2);
    }
    expect(pool.waitingCount).toBe(0);
    // The service has the rest of its pool.
    if (max > 2) expect(pool.totalCount).toBeLessThanOrEqual(2);
    const other = new pg.Client({ connectionString: own.url });
    await other.connect();
    const answer = other.query("select 1 as one");
    await tellPgbouncer(own, "resume hale");
    expect((await answer).rows).toEqual([{ one: 1 }]);
    await other.end();
    if (max > 1) await service.becomes("/health/ready", 200);
  },
);

test("clients that pgbouncer lets in late are two at most as well", async () => {
  const own = await startPgbouncer();
  // It has no connection to the database yet, so that clients wait for their login.
  await tellPgbouncer(own, "pause hale");
  const service = await startService({
    checks: { database: openPool(own, 10) },
    defaults: { timeout: 100 },
  });
  for (let probe = 0; probe < PROBES; probe++) {
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect(await clients(own)).toBeLessThanOrEqual(2);
  }
  await tellPgbouncer(own, "resume hale");
  await service.becomes("/health/ready", 200);
});

/** Clients of other services that have each begun a transaction, and what ends these. */
async function takePool(own: RunningServer, size: number): Promise<() => Promise<void>> {
  const others = Array.from({ length: size }, () => openPool(own, 1));
  const taken = await Promise.all(
    others.map(async (pool) => {
      const client = await pool.connect();
      let isBack = false;
      // A client that is still taken would hold the pool open.
      onTestFinished(() => {
        if (!isBack) client.release(true);
      });
      await client.query("begin");
      return async () => {
        await client.query("rollback");
        isBack = true;
        client.release();
      };
    }),
  );
  return async () => {
    for (const giveBack of taken) await giveBack();
  };
}

test.each([
  ["with a connection to it", true],
  ["without a connection to it yet", false],
])(
  "a pgbouncer whose pool others have taken holds two clients of the check at most, %s, and it is up once they give back",
  async (_, isOpen) => {
    const size = 2;
    const own = await startPgbouncer(size);
    const pool = openPool(own, 10);
    const service = await startService({ checks: { database: pool }, defaults: { timeout: 100 } });
    if (isOpen) await service.becomes("/health/ready", 200);
    const giveBack = await takePool(own, size);
    for (let probe = 0; probe < PROBES; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
      expect(await clients(own)).toBeLessThanOrEqual(size + 2);
    }
    expect(pool.totalCount).toBeLessThanOrEqual(2);
    expect(await service.reasonOf("database")).toMatch(/No answer within 100 ms|have not answered/);
    await giveBack();
    await service.becomes("/health/ready", 200);
  },
);
