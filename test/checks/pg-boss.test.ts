import type pg from "pg";
import PgBoss from "pg-boss";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type PgBossClient, type PgBossOptions, pgBoss } from "../../src/checks/pg-boss.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";

let server: RunningServer;
/** A pg-boss whose tables are there; what only asks is all that it does. */
let boss: PgBoss;
beforeAll(async () => {
  server = await postgresServer.start({ maxConnections: 40 });
  boss = quiet(server.url);
  await boss.start();
});
afterAll(async () => {
  await boss.stop({ graceful: false, close: true });
  await server.stop();
});

function quiet(url: string, max = 3): PgBoss {
  const made = new PgBoss({ connectionString: url, max, supervise: false, schedule: false });
  made.on("error", () => {});
  return made;
}

/** A pg-boss that is being started, and ends with the test. */
function open(url: string, max?: number): PgBoss {
  const opened = quiet(url, max);
  opened.start().catch(() => {});
  onTestFinished(() => void opened.stop({ graceful: false, close: true }).catch(() => {}));
  return opened;
}

let queues = 0;

async function newQueue(): Promise<string> {
  const queue = `mail-${++queues}`;
  await boss.createQueue(queue);
  return queue;
}

/** Changes the jobs of a queue, as only time does otherwise. */
async function change(queue: string, set: string): Promise<void> {
  await boss.getDb().executeSql(`update pgboss.job set ${set} where name = $1`, [queue]);
}

const check = (options: Omit<PgBossOptions, "client">, client: PgBossClient = boss) =>
  runCheck(pgBoss({ client, ...options }), 5000);

checkContract("pg-boss", {
  up: () => pgBoss({ client: boss }),
  down: async () => pgBoss({ client: open(await refusing()) }),
  hanging: async () => pgBoss({ client: open(await silent()) }),
});

async function refusing(): Promise<string> {
  return `postgres://127.0.0.1:${await closedPort()}/hale`;
}

async function silent(): Promise<string> {
  return `postgres://127.0.0.1:${await startTcp((socket) => socket.resume())}/hale`;
}

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { jobs: boss } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"jobs":"ok"}}',
  });
});

test("a database of the service's own is asked with one query, whatever that asks", async () => {
  const sql: string[] = [];
  const client: PgBossClient = {
    getDb: () => ({
      executeSql: async (text: string, values: unknown[]) => {
        sql.push(text);
        return boss.getDb().executeSql(text, values);
      },
    }),
  };
  await check({ queue: await newQueue(), failed: {}, oldest: {} }, client);
  await check({}, client);
  expect(sql).toHaveLength(2);
});

describe("judges", () => {
  test("waiting jobs that are due, of one queue or of all", async () => {
    const queue = await newQueue();
    const other = await newQueue();
    for (let job = 0; job < 3; job++) await boss.send(queue, { job });
    await boss.send(queue, {}, { startAfter: 3600 });
    await boss.send(other, {});
    expect(await check({ queue, waiting: { degraded: 4 } })).toEqual({
      status: "up",
      reason: undefined,
      observations: {
        waiting: { value: 3, unit: "jobs" },
        totalConnections: { value: expect.any(Number), unit: "connections" },
        idleConnections: { value: expect.any(Number), unit: "connections" },
        waitingRequests: { value: 0, unit: "requests" },
      },
      writtenOff: false,
    });
    expect(await check({ queue, waiting: { degraded: 3 } })).toMatchObject({
      status: "degraded",
      reason: "3 jobs wait; from 3 on it is degraded.",
    });
    const all = await check({});
    expect(all.observations?.waiting?.value).toBeGreaterThanOrEqual(4);
  });

  test("failed jobs", async () => {
    const queue = await newQueue();
    await boss.send(queue, {});
    await change(queue, "state = 'failed'");
    expect(await check({ queue, failed: { down: 1 } })).toMatchObject({
      status: "down",
      reason: "1 job has failed; from 1 on it is down.",
      observations: { waiting: { value: 0 }, failed: { value: 1, unit: "jobs" } },
    });
  });

  test("the time since the oldest job was due", async () => {
    const queue = await newQueue();
    await boss.send(queue, {});
    await change(queue, "start_after = now() - interval '1 hour'");
    await boss.send(queue, {});
    const outcome = await check({ queue, oldest: { degraded: 1000, down: 3_000_000 } });
    expect(outcome).toMatchObject({
      status: "down",
      reason: expect.stringMatching(
        /^The oldest job has waited for 36\d\d(\.\d+)? s; from 3000 s on/,
      ),
    });
    expect(outcome.observations?.oldest?.value).toBeGreaterThanOrEqual(3_600_000);
    expect(await check({ queue: await newQueue(), oldest: {} })).toMatchObject({
      status: "up",
      observations: { oldest: { value: 0, unit: "ms" } },
    });
  });
});

test("jobs are counted up to 10 000, or to a limit that is higher", async () => {
  const queue = await newQueue();
  await boss
    .getDb()
    .executeSql("insert into pgboss.job (name) select $1 from generate_series(1, 12000)", [queue]);
  expect(await check({ queue })).toMatchObject({ observations: { waiting: { value: 10_000 } } });
  expect(await check({ queue, waiting: { degraded: 11_000 } })).toMatchObject({
    status: "degraded",
    observations: { waiting: { value: 11_000 } },
  });
});

test("a pool that the service has exhausted is degraded, and up once it is not", async () => {
  const own = open(server.url, 1);
  await own.start();
  await expect
    .poll(() => check({}, own).then(({ status }) => status), { timeout: 30_000 })
    .toBe("up");
  const { pool } = own.getDb() as unknown as { pool: pg.Pool };
  const taken = await pool.connect();
  const jobs = pgBoss({ client: own });
  expect(await runCheck(jobs, 50)).toMatchObject({
    status: "degraded",
    reason: "The service has taken all 1 connections of the pool.",
    writtenOff: false,
  });
  taken.release();
  expect(await runCheck(jobs, 5000)).toMatchObject({ status: "up" });
});

test("a server that stands still costs two connections of the pool at most, and is up again afterwards", async () => {
  const still = await postgresServer.start();
  onTestFinished(() => still.stop());
  const own = open(still.url, 3);
  await own.start();
  const { pool } = own.getDb() as unknown as { pool: pg.Pool };
  const jobs = pgBoss({ client: own });
  await expect
    .poll(() => runCheck(jobs, 5000), { timeout: 30_000 })
    .toMatchObject({ status: "up" });
  await still.pause();
  for (let run = 0; run < 4; run++) {
    expect(await runCheck(jobs, 100)).toMatchObject({ status: "down" });
    expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(2);
  }
  await still.resume();
  await expect
    .poll(() => runCheck(jobs, 5000), { timeout: 30_000 })
    .toMatchObject({ status: "up" });
});

test("a pg-boss that was not started is down", async () => {
  expect(await check({}, quiet(server.url))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "not started".',
  });
});

test("another schema is looked at when it is named", async () => {
  expect(await check({ schema: "elsewhere" })).toMatchObject({
    status: "down",
    reason: expect.stringContaining('relation "elsewhere.job" does not exist'),
  });
});

test.each([
  { schema: "a; drop table job" },
  { schema: "" },
  { queue: "" },
  { waiting: { degraded: 0 } },
])("an option that makes no sense is refused: %o", (options) => {
  const { code } = haleErrorOf(() => pgBoss({ client: boss, ...options }));
  expect(code).toBe("HALE_BAD_OPTION");
});

test("what is no pg-boss is refused, also by its type", () => {
  // @ts-expect-error It has no database.
  const { code } = haleErrorOf(() => pgBoss({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

faultContract("pg-boss", "PgBoss", {
  start: () => postgresServer.start(),
  open: (url) => open(url),
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
  unsteady: ["refused", "wrong credentials"],
});
