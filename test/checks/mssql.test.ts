import sql from "mssql";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type MssqlClient, mssql } from "../../src/checks/mssql.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { timedRun } from "../_support/timed-run.ts";
import { turned } from "../_support/turned.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { tds } from "../servers/tds.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await tds.start();
});
afterAll(() => server.stop());

/** Makes a pool that ends with the test, and lets it connect in its own time. */
function open(url: string, max = 10): sql.ConnectionPool {
  const { hostname, port, username: user, password } = new URL(url);
  const pool = new sql.ConnectionPool({
    server: hostname,
    port: Number(port),
    user,
    password,
    pool: { max },
    connectionTimeout: 2000,
    options: { encrypt: false, trustServerCertificate: true },
  });
  pool.on("error", () => {});
  onTestFinished(() => pool.close().catch(() => {}));
  pool.connect().catch(() => {});
  return pool;
}

async function opened(url: string, max?: number): Promise<sql.ConnectionPool> {
  const pool = open(url, max);
  await expect.poll(() => pool.connected).toBe(true);
  return pool;
}

/** Takes a connection of a pool, as a transaction of the service does, and returns what gives it back. */
async function take(pool: sql.ConnectionPool): Promise<() => void> {
  const internals = pool as unknown as {
    acquire(of: object): Promise<object>;
    release(connection: object): void;
  };
  const taken = await internals.acquire(new sql.Transaction(pool));
  return () => internals.release(taken);
}

const at = (port: number) => `mssql://hale:correct-horse@127.0.0.1:${port}`;

checkContract("mssql", {
  up: async () => mssql({ client: await opened(server.url) }),
  down: async () => mssql({ client: open(at(await closedPort())) }),
  hanging: async () =>
    mssql({
      client: { connected: true, request: () => ({ query: () => new Promise<never>(() => {}) }) },
    }),
});

test("the pool is recognised when it is passed as it is", async () => {
  const { becomes, probe } = await startService({ checks: { database: open(server.url) } });
  await becomes("/health/ready", 200);
  expect((await probe("/health/deep")).body).toBe(
    '{"status":"healthy","checks":{"database":"ok"}}',
  );
});

test("a pool that was never connected is down at once, and says so", async () => {
  const pool = new sql.ConnectionPool({ server: "127.0.0.1" });
  expect(await runCheck(mssql({ client: pool }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});

test("a pool that still connects is down, and says so", async () => {
  const port = await startTcp((socket) => socket.resume());
  expect(await runCheck(mssql({ client: open(at(port)) }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "connecting".',
  });
});

test("a pool whose connections are all taken is degraded, and nothing waits in its queue", async () => {
  const pool = await opened(server.url, 1);
  const giveBack = await take(pool);
  expect(await runCheck(mssql({ client: pool }))).toMatchObject({
    status: "degraded",
    reason: "The service has taken all 1 connections of the pool.",
    code: "HALE_POOL_EXHAUSTED",
  });
  expect(await runCheck(mssql({ client: pool, exhaustedFor: 0 }))).toMatchObject({
    status: "down",
    reason: "The service has taken all 1 connections of the pool.",
  });
  expect((pool as unknown as { pending: number }).pending).toBe(0);
  giveBack();
  expect(await runCheck(mssql({ client: pool }), 5000)).toMatchObject({ status: "up" });
});

test("a full pool of which a connection comes back within the run is up, and was not exhausted", async () => {
  const pool = await opened(server.url, 1);
  const giveBack = await take(pool);
  const check = mssql({ client: pool, exhaustedFor: 0 });
  await check.prepare?.();
  const found = runCheck(check, 5000);
  await new Promise(setImmediate);
  giveBack();
  expect(await found).toMatchObject({ status: "up" });
});

test("a server that lets no connection be opened is down, however many connections the service waits for", async () => {
  const own = await tds.start();
  onTestFinished(() => own.stop());
  const pool = await opened(own.url, 1);
  const check = mssql({ client: pool, exhaustedFor: 0 });
  await own.pause();
  pool.query("select 1").catch(() => {});
  await expect.poll(() => pool).toMatchObject({ size: 1, available: 0, borrowed: 0 });
  expect(await runCheck(check, 100)).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
  await own.resume();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
});

test("a server that stands still is down, although the check's own query holds the only connection", async () => {
  const own = await tds.start();
  onTestFinished(() => own.stop());
  const check = mssql({ client: await opened(own.url, 1) });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await own.pause();
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 100)).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
  }
  await own.resume();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
});

test("a full pool that the service closes within the run is down, and not connected", async () => {
  const pool = await opened(server.url, 1);
  const giveBack = await take(pool);
  const check = mssql({ client: pool });
  await check.prepare?.();
  const found = runCheck(check, 5000);
  await new Promise(setImmediate);
  pool.close().catch(() => {});
  giveBack();
  expect(await found).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
    code: "HALE_NOT_CONNECTED",
  });
});

/** A pool of one connection, which the service has taken. */
function fullPool() {
  const pool = {
    ...{ connected: true, borrowed: 1, queries: 0, config: { pool: { max: 1 } } },
    request: () => ({
      query: async () => {
        pool.queries++;
        return { recordset: [{ one: 1 }] };
      },
    }),
  };
  return pool;
}

test("a place that comes free in the turn of the abort is not used, and the pool was exhausted", async () => {
  const pool = fullPool();
  const check = mssql({ client: pool });
  const controller = new AbortController();
  await check.prepare?.();
  const found = check.run({ signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort(new Error("The run is over."));
  pool.borrowed = 0;
  expect(await found).toMatchObject({ status: "degraded", code: "HALE_POOL_EXHAUSTED" });
  expect(pool.queries).toBe(0);
});

test("a query that was given up is followed by no other in the queue of a pool that is full", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const pool = { ...fullPool(), borrowed: 0 };
  let queries = 0;
  const client = {
    get connected() {
      return pool.connected;
    },
    get borrowed() {
      return pool.borrowed;
    },
    config: pool.config,
    request: () => ({
      query() {
        queries++;
        pool.borrowed = 1;
        return new Promise<never>(() => {});
      },
    }),
  };
  const check = mssql({ client });
  await check.prepare?.();
  check.run({ signal: new AbortController().signal });
  await vi.advanceTimersByTimeAsync(30_000);
  const controller = new AbortController();
  const found = check.run({ signal: controller.signal });
  await vi.advanceTimersByTimeAsync(500);
  controller.abort();
  expect(await found).toMatchObject({
    status: "down",
    code: "HALE_HUNG",
    reason: "An earlier query has not been answered, and the pool has no connection for another.",
  });
  expect(queries).toBe(1);
  // The engine reports it too, although its timeout has ended the run.
  const reported = runCheck(check);
  await turned();
  await vi.advanceTimersByTimeAsync(500);
  expect(await reported).toMatchObject({ status: "down", code: "HALE_HUNG", writtenOff: false });
});

test("a pool that is not connected ends what was seen of exhaustion", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const pool = fullPool();
  const check = mssql({ client: pool, exhaustedFor: 30_000 });
  await check.prepare?.();
  expect(await timedRun(check)).toMatchObject({ status: "degraded" });
  expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
  pool.connected = false;
  await expect(check.run({ signal: new AbortController().signal })).rejects.toMatchObject({
    code: "HALE_NOT_CONNECTED",
  });
  pool.connected = true;
  expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
  expect(await timedRun(check, 40_000)).toMatchObject({ status: "down" });
});

test("a reply that is not 1 is down, and so is a call that promises nothing", async () => {
  const asking = (query: unknown) =>
    ({ connected: true, request: () => ({ query }) }) as MssqlClient;
  const two = asking(async () => ({ recordset: [{ one: 2 }] }));
  expect(await runCheck(mssql({ client: two }))).toMatchObject({ reason: "Expected 1, got 2." });
  const none = asking(() => undefined);
  expect(await runCheck(mssql({ client: none }))).toMatchObject({
    status: "down",
    reason: "Expected a promise, got undefined.",
  });
});

faultContract("mssql", "mssql ConnectionPool", {
  start: () => tds.start(),
  open,
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
});
