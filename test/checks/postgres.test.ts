import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import createSql from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type PostgresClient, postgres } from "../../src/checks/postgres.ts";
import { askPostgres } from "../_support/ask-postgres.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract, noFaults } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await postgresServer.start();
});
afterAll(() => server.stop());

/** Connections that the service has at the server. */
async function connections(at: RunningServer): Promise<number> {
  const [row] = await askPostgres<{ count: number }>(
    "select count(*)::int from pg_stat_activity where application_name = 'service'",
    at,
  );
  return row?.count ?? 0;
}

/** Opens a client of each kind, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string) => PostgresClient>> = {
  "pg Pool": openPool,
  "pg Client"(connectionString) {
    const client = new pg.Client({ connectionString, application_name: "service" });
    client.on("error", () => {});
    // Queries wait until it has connected, and fail when it cannot.
    void client.connect().catch(() => {});
    onTestFinished(() => void client.end().catch(() => {}));
    return client;
  },
  postgres(url) {
    const sql = createSql(url, { connection: { application_name: "service" }, max: 10 });
    onTestFinished(() => sql.end({ timeout: 0 }));
    return sql;
  },
};

function openPool(connectionString: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, application_name: "service", ...options });
  pool.on("error", () => {});
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return pool;
}

/** What a `pg` Pool holds of a connection that is still being opened. */
interface OpeningClient {
  readonly connection: { readonly stream: { destroy(): void } };
}

function urlAt(port: number): string {
  return `postgres://hale:s3cret@127.0.0.1:${port}/hale`;
}

const silentUrl = async () => urlAt(await startTcp((socket) => socket.resume()));
const refusingUrl = async () => urlAt(await closedPort());

/** A healthy server of the test's own, for faults that others must not feel. */
async function startServer(options = {}): Promise<RunningServer> {
  const own = await postgresServer.start(options);
  onTestFinished(() => own.stop());
  return own;
}

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  checkContract(`postgres through ${kind}`, {
    up: () => postgres({ client: open(server.url) }),
    down: async () => postgres({ client: open(await refusingUrl()) }),
    hanging: async () => postgres({ client: open(await silentUrl()) }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { database: open(server.url) } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"database":"ok"}}',
    });
  });

  test("a server that refuses is down, and the reason says so", async () => {
    const service = await startService({ checks: { database: open(await refusingUrl()) } });
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect((await service.probe("/health")).status).toBe(200);
    expect(await service.reasonOf("database")).toMatch(/ECONNREFUSED|state is "closed"/);
  });

  test("a wrong password is down, and is not told", async () => {
    const wrong = server.url.replace(/:[^:@]+@/, ":wr0ngpassword@");
    const service = await startService({ checks: { database: open(wrong) } });
    expect((await service.probe("/health/ready")).status).toBe(503);
    const reason = await service.reasonOf("database");
    expect(reason).toMatch(/password authentication failed|state is "closed"/);
    expect(reason).not.toContain("wr0ng");
  });

  test("a server that stops answering is down at each probe, and up when it answers again", async () => {
    const own = await startServer();
    const service = await startService({
      checks: { database: open(own.url) },
      defaults: { timeout: 200 },
    });
    await service.becomes("/health/ready", 200);
    await own.pause();
    for (let probe = 0; probe < 5; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    expect((await service.probe("/health")).status).toBe(200);
    await own.resume();
    await service.becomes("/health/ready", 200);
  });

  test("a server that is killed is down, and is what it was once it is back", async () => {
    const own = await startServer();
    const client = open(own.url);
    const service = await startService({ checks: { database: client } });
    await service.becomes("/health/ready", 200);
    await own.kill();
    expect((await service.probe("/health/ready")).status).toBe(503);
    await own.restart();
    // A single connection is the service's to open again; pools do so themselves.
    if (kind === "pg Client") expect((await service.probe("/health/ready")).status).toBe(503);
    else await service.becomes("/health/ready", 200);
  });

  test("a server that answers with something else is down", async () => {
    const port = await startTcp((socket) => {
      socket.on("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    const service = await startService({ checks: { database: open(urlAt(port)) } });
    expect((await service.probe("/health/ready")).status).toBe(503);
  });

  test("a client that the service has closed is down", async () => {
    const client = open(server.url) as PostgresClient & { end(): Promise<void> };
    const service = await startService({ checks: { database: client } });
    await service.becomes("/health/ready", 200);
    await client.end();
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect((await service.probe("/health")).status).toBe(200);
  });

  test("no probe opens a connection once there is one", async () => {
    const own = await startServer();
    const seen = async () => {
      const sql = "select sessions::int from pg_stat_database where datname = 'hale'";
      return (await askPostgres<{ sessions: number }>(sql, own))[0]?.sessions ?? 0;
    };
    const service = await startService({ checks: { database: open(own.url) } });
    await service.becomes("/health/ready", 200);
    const before = await seen();
    for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
    // The two that asked are the test's own.
    expect((await seen()) - before).toBeLessThanOrEqual(2);
    expect(await connections(own)).toBe(1);
  });
});

describe("a pg Pool", () => {
  test("that the service has exhausted is degraded, and up again when one comes back", async () => {
    const pool = openPool(server.url, { max: 2 });
    const service = await startService({ checks: { database: pool }, defaults: { timeout: 200 } });
    const taken = [await pool.connect(), await pool.connect()];
    expect(await service.probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"database":"degraded"}}',
    });
    expect((await service.probe("/health/ready")).status).toBe(200);
    expect(await service.reasonOf("database")).toBe(
      "The service has taken all 2 connections of the pool.",
    );
    // However many probes ask, no request of theirs waits in the pool's queue.
    expect(pool.waitingCount).toBe(0);
    for (const client of taken) client.release();
    const reply = await service.probe("/health/deep");
    expect(reply.body).toBe('{"status":"healthy","checks":{"database":"ok"}}');
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([2, 2, 0]);
  });

  test("whose connections are all still being opened is down: nobody has taken them", async () => {
    const pool = openPool(await silentUrl(), { max: 2 });
    const asked = [pool.connect(), pool.connect()].map((opening) => opening.catch(() => {}));
    expect(await runCheck(postgres({ client: pool }), 100)).toMatchObject({ status: "down" });
    // The pool goes on to open one for the request of the check, which nobody waits for any more.
    const opening = () => (pool as unknown as { _clients: OpeningClient[] })._clients;
    await expect
      .poll(() => {
        for (const { connection } of opening()) connection.stream.destroy();
        return pool.totalCount;
      })
      .toBe(0);
    await Promise.all(asked);
  });

  test("that is exhausted and gives up sooner than the check is degraded too", async () => {
    const pool = openPool(server.url, { max: 1, connectionTimeoutMillis: 1000 });
    const taken = await pool.connect();
    expect(await runCheck(postgres({ client: pool }), 5000)).toMatchObject({ status: "degraded" });
    taken.release();
  });

  test("loses the connection that did not answer, and no other", async () => {
    const own = await startServer();
    const pool = openPool(own.url, { max: 10 });
    const service = await startService({ checks: { database: pool }, defaults: { timeout: 200 } });
    await Promise.all(Array.from({ length: 4 }, () => pool.query("select pg_sleep(0.05)")));
    expect(pool.totalCount).toBe(4);
    await own.pause();
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([3, 3, 0]);
    await own.resume();
    await service.becomes("/health/ready", 200);
    expect(await connections(own)).toBe(3);
  });

  test("keeps one connection that a silent server does not finish opening, and ends it by its limit", async () => {
    const pool = openPool(await silentUrl());
    const check = postgres({ client: pool, connectTimeout: 1000 });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 100)).toMatchObject({
        status: "down",
        reason: "No answer within 100 ms: the connection is still being opened.",
        writtenOff: false,
      });
      expect([pool.totalCount, pool.waitingCount]).toEqual([1, 0]);
    }
    await expect.poll(() => pool.totalCount, { timeout: 10_000 }).toBe(0);
  });

  test("that the service ends is not kept by what the check has under way", async () => {
    const own = await startServer();
    const pool = openPool(own.url);
    const check = postgres({ client: pool });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await own.pause();
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
    }
    // One that does not answer, and one that is being opened.
    expect([pool.totalCount, pool.idleCount]).toEqual([2, 0]);
    await pool.end();
    expect(pool.totalCount).toBe(0);
  });

  test("that is exhausted for longer than exhaustedFor is down, and up again when one comes back", async () => {
    const pool = openPool(server.url, { max: 1 });
    const check = postgres({ client: pool, exhaustedFor: 150 });
    const leaked = await pool.connect();
    expect(await runCheck(check, 100)).toMatchObject({ status: "degraded" });
    expect(await runCheck(check, 100)).toMatchObject({
      status: "down",
      reason: "The service has taken all 1 connections of the pool, for 150 ms or longer.",
    });
    leaked.release();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("whose connection answers something other than 1 is down, and loses that connection", async () => {
    const pool = openPool(server.url, { types: { getTypeParser: () => () => "2" } });
    expect(await runCheck(postgres({ client: pool }), 5000)).toMatchObject({
      status: "down",
      reason: 'Expected 1, got "2".',
    });
    expect(pool.totalCount).toBe(0);
  });

  test("whose connection is left in a failed transaction is down once, then up with another", async () => {
    const pool = openPool(server.url, { max: 1 });
    const client = await pool.connect();
    await client.query("begin");
    await client.query("select nothing").catch(() => {});
    client.release();
    const check = postgres({ client: pool });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("whose connection is lost in the middle of a query is down, and breaks nothing", async () => {
    // AuthenticationOk and ReadyForQuery; then the server goes away when it is asked something.
    const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
    const port = await startTcp((socket) => {
      socket.once("data", () => {
        socket.write(welcome);
        socket.on("data", () => socket.end());
      });
    });
    const pool = openPool(urlAt(port));
    const check = postgres({ client: pool });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "Connection terminated unexpectedly",
      });
    }
    expect(pool.totalCount).toBe(0);
  });

  test("gets its connection back without a listener of the check on it", async () => {
    const pool = openPool(server.url, { max: 1 });
    const client = await pool.connect();
    const before = client.listenerCount("error");
    client.release();
    for (let run = 0; run < 3; run++) await runCheck(postgres({ client: pool }), 5000);
    expect(await pool.connect()).toBe(client);
    expect(client.listenerCount("error")).toBe(before);
    client.release();
  });

  test("is observed: its connections, and what waits for one", async () => {
    expect(await runCheck(postgres({ client: openPool(server.url) }), 5000)).toMatchObject({
      observations: {
        totalConnections: { value: 1, unit: "connections" },
        idleConnections: { value: 1, unit: "connections" },
        waitingRequests: { value: 0, unit: "requests" },
      },
    });
  });
});

describe("a pg Client", () => {
  test("is not ended, and gets one query at a time, while the server is silent", async () => {
    const own = await startServer();
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    onTestFinished(() => client.end());
    let sent = 0;
    const counted = {
      query: (sql: string) => {
        sent++;
        return client.query(sql);
      },
    };
    const service = await startService({
      checks: { database: postgres({ client: counted }) },
      defaults: { timeout: 100 },
    });
    await own.pause();
    for (let probe = 0; probe < 5; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    expect(sent).toBe(1);
    await own.resume();
    await service.becomes("/health/ready", 200);
    expect((await client.query("select 2 as two")).rows).toEqual([{ two: 2 }]);
  });
});

describe.each(Object.entries(KINDS))("a database through %s that must be writable", (_, open) => {
  test("is up, and degraded while it is read-only", async () => {
    const own = await startServer();
    const check = () => postgres({ client: open(own.url), writable: true });
    expect(await runCheck(check(), 5000)).toMatchObject({ status: "up" });
    await askPostgres("alter database hale set default_transaction_read_only = on", own);
    expect(await runCheck(check(), 5000)).toMatchObject({
      status: "degraded",
      reason: "The database is read-only: it may be a standby, or a primary that was replaced.",
    });
    expect(await runCheck(postgres({ client: open(own.url) }), 5000)).toMatchObject({
      status: "up",
    });
  });
});

describe("a standby", () => {
  const NO_LIMIT = { degraded: 3_600_000 };

  test("has a lag, which is 0 once it has caught up, and is read-only until it is promoted", async () => {
    const primary = await startServer({ replication: true });
    const standby = await startServer({ standbyOf: primary });
    const client = openPool(standby.url);
    const lag = postgres({ client, replicationLag: NO_LIMIT });
    await askPostgres("create table orders (id int)", primary);
    await expect
      .poll(async () => (await runCheck(lag, 5000)).observations?.replicationLag)
      .toEqual({ value: 0, unit: "ms" });
    const writable = postgres({ client, writable: true });
    expect(await runCheck(writable, 5000)).toMatchObject({ status: "degraded" });

    // A primary that has nothing to send leaves nobody behind, however old its last transaction is.
    const aged =
      "select clock_timestamp() - pg_last_xact_replay_timestamp() > interval '100 ms' as aged";
    await expect.poll(() => askPostgres(aged, standby)).toEqual([{ aged: true }]);
    const strict = postgres({ client, replicationLag: { down: 100 } });
    expect(await runCheck(strict, 5000)).toMatchObject({ status: "up" });

    // What it has received and not replayed puts it behind.
    await askPostgres("select pg_wal_replay_pause()", standby);
    await askPostgres("insert into orders values (1)", primary);
    await expect.poll(async () => (await runCheck(strict, 5000)).status).toBe("down");
    expect((await runCheck(strict, 5000)).reason).toMatch(
      /^The standby is \d+ ms behind, and 100 ms are too much\.$/,
    );
    const soft = postgres({ client, replicationLag: { degraded: 100 } });
    expect(await runCheck(soft, 5000)).toMatchObject({ status: "degraded" });
    await askPostgres("select pg_wal_replay_resume()", standby);
    await expect.poll(async () => (await runCheck(strict, 5000)).status).toBe("up");

    // Without its primary it may be behind by what it never received.
    await primary.kill();
    await expect.poll(async () => (await runCheck(strict, 5000)).status).toBe("down");

    await askPostgres("select pg_promote()", standby);
    await expect.poll(async () => (await runCheck(writable, 5000)).status).toBe("up");
    expect((await runCheck(strict, 5000)).observations).not.toHaveProperty("replicationLag");
  });

  test.each<[string, unknown[], object]>([
    [
      "is not connected and knows of no transaction",
      [1, true, null, null, "a"],
      { status: "degraded" },
    ],
    ["answers in texts", ["1", "t", "f", "1500.4", "a"], { status: "up" }],
    ["is behind", [1, true, false, 3_600_000, "a"], { status: "degraded" }],
  ])("that %s is judged", async (_, row, expected) => {
    const client = { query: async () => ({ rows: [row] }) };
    expect(await runCheck(postgres({ client, replicationLag: NO_LIMIT }))).toMatchObject(expected);
  });

  test("that was just seen without lag has no more than the time since then", async () => {
    const rows = [
      [1, true, true, 7_200_000, "a"],
      [1, true, false, 7_200_000, "a"],
      // Another server behind the same address.
      [1, true, false, 7_200_000, "b"],
    ];
    const client = { query: async () => ({ rows: [rows.shift()] }) };
    const check = postgres({ client, replicationLag: NO_LIMIT });
    const states = [];
    for (let run = 0; run < 3; run++) states.push((await runCheck(check)).status);
    expect(states).toEqual(["up", "up", "degraded"]);
  });
});

describe("a PGlite", () => {
  test("is recognised, is degraded while it is read-only and must not be, and down once it is closed", async () => {
    const client = new PGlite();
    onTestFinished(async () => {
      if (!client.closed) await client.close();
    });
    // It is a whole database that starts in this thread, and nothing else runs meanwhile.
    await client.waitReady;
    const service = await startService({ checks: { database: client } });
    await service.becomes("/health/ready", 200);
    const check = postgres({ client, writable: true, replicationLag: { down: 100 } });
    expect(await runCheck(check, 60_000)).toMatchObject({ status: "up" });
    await client.exec("set default_transaction_read_only = on");
    expect(await runCheck(check, 60_000)).toMatchObject({ status: "degraded" });
    await client.close();
    expect(await runCheck(check, 60_000)).toMatchObject({ status: "down" });
  }, 240_000);
});

test("what is no client is a type error", () => {
  // @ts-expect-error a client of another kind
  expect(() => postgres({ client: { ping: async () => {} } })).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

test.each<[string, object]>([
  ["HALE_UNKNOWN_OPTION", { clinet: {} }],
  ["HALE_BAD_OPTION", { client: "postgres://localhost" }],
  ["HALE_BAD_OPTION", { client: {}, timeout: "1s" }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, writable: 1 }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, connectTimeout: 10 }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, exhaustedFor: 60 }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, replicationLag: 500 }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, replicationLag: {} }],
  ["HALE_BAD_OPTION", { client: { query: () => {} }, replicationLag: { down: 99 } }],
  ["HALE_BAD_OPTION", {}],
])("%s is the error for postgres(%j)", (code, options) => {
  expect(() => postgres(options as never)).toThrow(expect.objectContaining({ code }));
});

test.each([
  { degraded: 5000, down: 5000 },
  { degraded: undefined, down: 100 },
  { degraded: 30 * 86_400_000 },
  { down: Number.POSITIVE_INFINITY },
])("a replicationLag of %j is taken", (replicationLag) => {
  expect(() =>
    postgres({ client: { query: async () => {} } as never, replicationLag }),
  ).not.toThrow();
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("postgres", kind, {
    start: () => postgresServer.start(),
    open,
    wrongCredentials: (url) => url.replace(/:[^:@]+@/, ":wr0ngpassword@"),
    unsteady: ["refused", "wrong credentials"],
    ...(kind === "pg Client" && {
      explained: { recovered: "down: a single connection is the service's to open again" },
    }),
  });
});

noFaults("postgres", "PGlite", "none: it is part of the process, and no server answers");
