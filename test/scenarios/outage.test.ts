import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import type { Reply } from "../_support/ask.ts";
import { startService } from "../_support/service.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";

async function startPostgres() {
  const server = await postgresServer.start();
  onTestFinished(() => server.stop());
  const pool = new pg.Pool({ connectionString: server.url, max: 10 });
  pool.on("error", () => {});
  onTestFinished(() => pool.end());
  return { server, pool };
}

/** How often PostgreSQL itself says that it has run the check's query. */
async function queriesAt(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query like 'select $1 as one'",
  );
  await client.end();
  return rows[0]?.calls ?? 0;
}

test("a thousand probes, a hundred at a time, on a cold start, cost one query per maxAge", async () => {
  const { server, pool } = await startPostgres();
  // The first run opens the connection, which a machine that does much else may take long for.
  const { probe } = await startService({
    checks: { database: pool },
    deadline: 20_000,
    defaults: { maxAge: 1000, timeout: 15_000 },
  });
  const begun = performance.now();
  for (let batch = 0; batch < 10; batch++) {
    const replies = await Promise.all(Array.from({ length: 100 }, () => probe("/health/deep")));
    expect(replies.map(({ status }) => status)).toEqual(Array(100).fill(200));
  }
  const seconds = Math.ceil((performance.now() - begun) / 1000);
  const queries = await queriesAt(server.url);
  expect(queries).toBeGreaterThanOrEqual(1);
  expect(queries).toBeLessThanOrEqual(seconds);
});

test("a thousand probes of a check that never settles leave two runs outstanding", async () => {
  let outstanding = 0;
  const never = () => {
    outstanding++;
    return new Promise<never>(() => {});
  };
  const { probe } = await startService({
    checks: { database: never },
    defaults: { timeout: 100, maxAge: 0 },
  });
  for (let batch = 0; batch < 100; batch++) {
    const replies = await Promise.all(Array.from({ length: 10 }, () => probe("/health/ready")));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(503));
  }
  expect(outstanding).toBe(2);
});

test("twenty probes of a PostgreSQL that stands still are all answered, and take two connections at most", async () => {
  const { server, pool } = await startPostgres();
  const service = await startService({ checks: { database: pool } });
  // The service has used all of its ten connections, and has them in its pool.
  await Promise.all(Array.from({ length: 10 }, () => pool.query("select pg_sleep(0.1)")));
  await service.becomes("/health/ready", 200);
  const idle = pool.idleCount;
  expect(idle).toBe(10);
  await server.pause();
  const replies: Reply[] = [];
  for (let probe = 0; probe < 20; probe++) {
    const answer = service.probe("/health/ready");
    await expect.poll(() => pool.totalCount - pool.idleCount).toBeLessThanOrEqual(2);
    replies.push(await answer);
    expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(2);
    expect(pool.waitingCount).toBe(0);
  }
  expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(503));
  expect(await service.probe("/health")).toMatchObject({ status: 200 });
  await server.resume();
  await service.becomes("/health/ready", 200);
  expect((await pool.query("select 2 as two")).rows).toEqual([{ two: 2 }]);
});
