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

async function startPgbouncer(): Promise<RunningServer> {
  const own = await pgbouncer.start({ upstream: database, maxClientConn: 20 });
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
