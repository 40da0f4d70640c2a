import mariadb, { type Connection, type Pool, type PoolConfig } from "mariadb";
import mysql2 from "mysql2";
import mysql2promise from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type MysqlClient, mysql } from "../../src/checks/mysql.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await mariadbServer.start();
}, 60_000);
afterAll(() => server.stop());

/** Asks the server itself, over a connection that no check uses. */
async function askServer(sql: string, { url }: RunningServer = server): Promise<unknown[]> {
  const connection = await mysql2promise.createConnection(url);
  try {
    const [rows] = await connection.query(sql);
    return Array.isArray(rows) ? rows.map((row) => Object.values(row)) : [];
  } finally {
    await connection.end();
  }
}

/** How many connections the server was asked for since its start, the one that asks among them. */
async function connectionsEver(own: RunningServer): Promise<number> {
  const [row] = await askServer("show global status like 'Connections'", own);
  return Number((row as unknown[])[1]);
}

const urlAt = (port: number) => `mysql://hale:correct-horse@127.0.0.1:${port}/hale`;
const silentUrl = async () => urlAt(await startTcp((socket) => socket.resume()));
const refusingUrl = async () => urlAt(await closedPort());
const withWrongPassword = (url: string) => url.replace(/:[^:@]+@/, ":wr0ngpassword@");

function openMysql2Pool(url: string, options: mysql2.PoolOptions = {}): mysql2.Pool {
  const pool = mysql2.createPool({ uri: url, ...options });
  onTestFinished(() => endOfMysql2(pool));
  return pool;
}

/** A pool ends once its connections have; those that hang are ended as the server goes. */
function endOfMysql2(pool: mysql2.Pool): void {
  pool.end(() => {});
}

function openMysql2Connection(uri: string): mysql2.Connection {
  const connection = mysql2.createConnection({ uri });
  connection.on("error", () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

function openMariadbPool(url: string, options: PoolConfig = {}): Pool {
  const { hostname: host, port, username: user, password } = new URL(url);
  const config = { host, port: Number(port), user, password, database: "hale" };
  const pool = mariadb.createPool({ ...config, ...options });
  onTestFinished(() => void pool.end().catch(() => {}));
  return pool;
}

/** Clients that exist before there is a connection. */
const POOLS: Readonly<Record<string, (url: string) => MysqlClient>> = {
  "mysql2 Pool": openMysql2Pool,
  "mysql2 promise Pool": (url) => openMysql2Pool(url).promise(),
  "mariadb Pool": openMariadbPool,
};
const CONNECTIONS: Readonly<Record<string, (url: string) => MysqlClient>> = {
  "mysql2 Connection": openMysql2Connection,
  "mysql2 promise Connection": (url) => openMysql2Connection(url).promise(),
};
const KINDS = { ...POOLS, ...CONNECTIONS };

async function openMariadbConnection(url: string): Promise<Connection> {
  const { hostname: host, port, username: user, password } = new URL(url);
  const connection = await mariadb.createConnection({ host, port: Number(port), user, password });
  connection.on("error", () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

/** A healthy server of the test's own, for faults that others must not feel. */
async function startServer(): Promise<RunningServer> {
  const own = await mariadbServer.start();
  onTestFinished(() => own.stop());
  return own;
}

describe.each(Object.entries(KINDS))("through %s", (_, open) => {
  checkContract("mysql", {
    up: () => mysql({ client: open(server.url) }),
    // A pool of mariadb would wait for the server to come for longer than this test does.
    down: async () => mysql({ client: openMysql2Pool(await refusingUrl()) }),
    hanging: async () => mysql({ client: open(await silentUrl()) }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { becomes, probe } = await startService({ checks: { database: open(server.url) } });
    await becomes("/health/ready", 200);
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });

  test("a server that is writable is up where it must be, and one that is read-only is degraded", async () => {
    const check = mysql({ client: open(server.url), writable: true });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await askServer("set global read_only = 1");
    try {
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "degraded",
        reason: "The server is read-only: it may be a replica, or a primary that was replaced.",
      });
      expect(await runCheck(mysql({ client: open(server.url) }), 5000)).toMatchObject({
        status: "up",
      });
    } finally {
      await askServer("set global read_only = 0");
    }
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("a client that the service has closed is down", async () => {
    const client = open(server.url);
    const check = mysql({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    (client as unknown as { end(done?: () => void): unknown }).end(() => {});
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("down");
  });
});

describe("a connection of mariadb", () => {
  test("is recognised when it is passed as it is", async () => {
    const client = await openMariadbConnection(server.url);
    const { becomes } = await startService({ checks: { database: client } });
    await becomes("/health/ready", 200);
  });

  test("is up, and degraded where it is read-only and must not be", async () => {
    const client = await openMariadbConnection(server.url);
    expect(await runCheck(mysql({ client, writable: true }), 5000)).toMatchObject({ status: "up" });
  });
});

describe.each(Object.entries(POOLS))("%s", (_, open) => {
  test("is observed: its connections, and what waits for one", async () => {
    const client = open(server.url);
    expect(await runCheck(mysql({ client }), 5000)).toMatchObject({
      status: "up",
      observations: {
        totalConnections: { value: expect.any(Number), unit: "connections" },
        idleConnections: { value: expect.any(Number), unit: "connections" },
        waitingRequests: { value: 0, unit: "requests" },
      },
    });
  });

  test("that nobody is let into is down, not exhausted, and keeps no connection that hangs", async () => {
    const client = open(await silentUrl());
    const check = mysql({ client });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
    }
  });
});

describe.each<[string, () => { pool: MysqlClient; take(): Promise<{ release(): unknown }> }]>([
  [
    "mysql2 Pool",
    () => {
      const pool = openMysql2Pool(server.url, { connectionLimit: 2 });
      return { pool, take: () => pool.promise().getConnection() };
    },
  ],
  [
    "mariadb Pool",
    () => {
      const pool = openMariadbPool(server.url, { connectionLimit: 2 });
      return { pool, take: () => pool.getConnection() };
    },
  ],
])("%s", (_, open) => {
  test("that the service has exhausted is degraded, and up again when one comes back", async () => {
    const { pool, take } = open();
    const service = await startService({ checks: { database: pool }, defaults: { timeout: 300 } });
    const taken = [await take(), await take()];
    expect(await service.probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"database":"degraded"}}',
    });
    expect(await service.reasonOf("database")).toBe(
      "The service has taken all 2 connections of the pool.",
    );
    for (const connection of taken) connection.release();
    await expect
      .poll(async () => (await service.probe("/health/deep")).body)
      .toBe('{"status":"healthy","checks":{"database":"ok"}}');
  });
});

test("a connection of a mysql2 Pool that does not answer is destroyed, with its socket", async () => {
  const own = await startServer();
  // The only one: where there is room, it is kept for its answer.
  const pool = openMysql2Pool(own.url, { connectionLimit: 1 });
  const check = mysql({ client: pool });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  const connection = await pool.promise().getConnection();
  const { stream } = connection.connection as unknown as { stream: { destroyed: boolean } };
  connection.release();
  await own.pause();
  expect(await runCheck(check, 200)).toMatchObject({ status: "down" });
  await expect.poll(() => stream.destroyed).toBe(true);
  expect((pool as unknown as { _allConnections: { length: number } })._allConnections.length).toBe(
    0,
  );
  await own.resume();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
});

test("a connection of a mariadb Pool that does not answer is not given back", async () => {
  const own = await startServer();
  const pool = openMariadbPool(own.url, { connectionLimit: 1, minDelayValidation: 60_000 });
  const check = mysql({ client: pool });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  const before = pool.idleConnections();
  await own.pause();
  expect(await runCheck(check, 200)).toMatchObject({ status: "down" });
  expect(pool.activeConnections()).toBe(0);
  expect(pool.idleConnections()).toBeLessThanOrEqual(before);
  await own.resume();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
});

test("a mysql2 Pool that the service ends at once after the health does not fail with what was being opened", async () => {
  const pool = mysql2.createPool({ uri: await silentUrl() });
  const check = mysql({ client: pool });
  expect(await runCheck(check, 100)).toMatchObject({
    status: "down",
    reason: "No answer within 100 ms: the connection is still being opened.",
  });
  await check.close?.();
  // Without a callback, the driver would throw what fails.
  await expect(new Promise((resolve) => pool.end(resolve))).resolves.toBeUndefined();
});

test("a mysql2 Pool that the service ends is not kept by what the check has under way", async () => {
  const own = await startServer();
  const pool = mysql2.createPool({ uri: own.url });
  const check = mysql({ client: pool });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await own.pause();
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
  }
  // One that does not answer, and one that is being opened.
  const { _allConnections: all } = pool as unknown as {
    _allConnections: { toArray(): { stream: { destroyed: boolean } }[] };
  };
  const streams = all.toArray().map(({ stream }) => stream);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  await expect(new Promise((resolve) => pool.end(resolve))).resolves.toBeUndefined();
  await expect.poll(() => streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test("a mysql2 Pool with a queueLimit is never asked while it is full, so that the service has its whole queue", async () => {
  const pool = openMysql2Pool(server.url, { connectionLimit: 1, queueLimit: 1 });
  const taken = await pool.promise().getConnection();
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(mysql({ client: pool }), 50)).toMatchObject({ status: "degraded" });
  }
  const queued = pool.promise().query("select 1 as one");
  taken.release();
  expect(await queued).toMatchObject([[{ one: 1 }], expect.anything()]);
});

test("no probe opens a connection once there is one", async () => {
  const own = await startServer();
  for (const client of [
    openMysql2Pool(own.url),
    openMariadbPool(own.url, { connectionLimit: 1 }),
  ]) {
    const service = await startService({ checks: { database: client } });
    await service.becomes("/health/ready", 200);
    const before = await connectionsEver(own);
    for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
    // The one that asks is the test's own.
    expect((await connectionsEver(own)) - before).toBe(1);
  }
});

test("an answer that is not two variables is down", async () => {
  const client = { ping: async () => {}, query: async () => [] };
  expect(await runCheck(mysql({ client, writable: true }))).toMatchObject({
    status: "down",
    reason: "Expected two variables, got 0.",
  });
});

test.each<[string, unknown[]]>([
  ["rows that are lists", [[["OFF", 0]], []]],
  ["rows with columns beside them", [[{ a: 0, b: "0" }], []]],
  ["rows alone", [{ a: 0, b: 0 }]],
])("the answer is read out of %s", async (_, answer) => {
  const client = { ping: async () => {}, query: async () => answer };
  expect(await runCheck(mysql({ client, writable: true }))).toMatchObject({ status: "up" });
});

test.each(["mysql", "mariadb"])(
  "%s: at the head of a URL opens a pool that is closed again",
  async (scheme) => {
    const before = await connectionsNow();
    const check = fromUrl(server.url.replace(/^mysql/, scheme));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    expect(await connectionsNow()).toBe(before + 1);
    await check.close?.();
    await expect.poll(connectionsNow).toBe(before);
  },
);

/** The connections that the server has, but for the one that asks. */
async function connectionsNow(): Promise<number> {
  const rows = await askServer("select id from information_schema.processlist where user = 'hale'");
  return rows.length - 1;
}

test("what is no client is a type error, and an error with a code", () => {
  // @ts-expect-error a client of another kind
  expect(() => mysql({ client: { connect: async () => {} } })).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

test.each<[string, object]>([
  ["HALE_UNKNOWN_OPTION", { clinet: {} }],
  ["HALE_BAD_OPTION", { client: "mysql://localhost" }],
  ["HALE_BAD_OPTION", { client: { ping: () => {} }, writable: "yes" }],
  ["HALE_BAD_OPTION", {}],
])("%s is the error for mysql(%j)", (code, options) => {
  expect(() => mysql(options as never)).toThrow(expect.objectContaining({ code }));
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("mysql", kind, {
    start: () => mariadbServer.start(),
    open,
    wrongCredentials: withWrongPassword,
    unsteady: ["refused", "wrong credentials"],
    ...(kind in CONNECTIONS && {
      explained: { recovered: "down: a single connection is the service's to open again" },
    }),
  });
});

describe("mariadb Connection", () => {
  const NONE = "none: the client exists only once it has connected";
  faultContract("mysql", "mariadb Connection", {
    start: () => mariadbServer.start(),
    open: openMariadbConnection,
    wrongCredentials: { none: NONE },
    explained: {
      refused: NONE,
      hang: NONE,
      recovered: "down: a single connection is the service's to open again",
    },
  });
});
