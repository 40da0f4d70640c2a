import { MongoClient, type MongoClientOptions } from "mongodb";
import mongoose, { type Connection, Mongoose } from "mongoose";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type MongodbClient, mongodb } from "../../src/checks/mongodb.ts";
import { forward } from "../_support/forward.ts";
import { openLongWay } from "../_support/long-way.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { timedRun } from "../_support/timed-run.ts";
import { turned } from "../_support/turned.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mongodb as mongodbServer } from "../servers/mongodb.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await mongodbServer.start();
});
afterAll(() => server.stop());

function openClient(url: string, options: MongoClientOptions = {}): MongoClient {
  const client = new MongoClient(url, options);
  onTestFinished(() => client.close());
  return client;
}

/** mongoose ends only once its first attempt to connect has. */
const PATIENCE = { serverSelectionTimeoutMS: 2000 };

function openConnection(url: string): Connection {
  const connection = mongoose.createConnection(url, PATIENCE);
  connection.asPromise().catch(() => {});
  connection.on("error", () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

/** The module has one default connection, so each test has a module of its own. */
function openMongoose(url: string): Mongoose {
  const own = new Mongoose();
  own.connect(url, PATIENCE).catch(() => {});
  onTestFinished(() => own.disconnect());
  return own;
}

const KINDS: Readonly<Record<string, (url: string) => MongodbClient>> = {
  MongoClient: openClient,
  mongoose: openMongoose,
  "mongoose Connection": openConnection,
};

const urlAt = (port: number) => `mongodb://hale:correct-horse@127.0.0.1:${port}/?authSource=admin`;
const silentUrl = async () => urlAt(await startTcp((socket) => socket.resume()));
const refusingUrl = async () => urlAt(await closedPort());
const withWrongPassword = (url: string) => url.replace(/:[^:@]+@/, ":wr0ngpassword@");

async function startServer(): Promise<RunningServer> {
  const own = await mongodbServer.start();
  onTestFinished(() => own.stop());
  return own;
}

/** Says something to the server itself, over a connection that no check uses. */
async function tell(own: RunningServer, command: object): Promise<Record<string, unknown>> {
  const client = new MongoClient(own.url, { directConnection: true, readPreference: "nearest" });
  try {
    return await client.db("admin").command(command, { readPreference: "nearest" });
  } finally {
    await client.close();
  }
}

/** The driver's pool of connections to the one server of a client. */
interface DriverPool {
  readonly waitQueueSize: number;
  checkOut(options: object): Promise<object>;
  checkIn(connection: object): void;
}

function poolOf(client: MongoClient): DriverPool {
  const { topology } = client as unknown as {
    topology: { s: { servers: Map<string, { pool: DriverPool }> } };
  };
  const [only] = [...topology.s.servers.values()];
  return (only as { pool: DriverPool }).pool;
}

/** What the pool is given by the driver's own operations. */
const noTimeout = { connectionCheckoutTimeout: null };

describe.each(Object.entries(KINDS))("through %s", (_, open) => {
  checkContract("mongodb", {
    async up() {
      const check = mongodb({ client: open(server.url) });
      // mongoose is the one that connects, and does so in its own time.
      await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
      return check;
    },
    down: () => mongodb({ client: openClient(withWrongPassword(server.url)) }),
    hanging: async () => mongodb({ client: openClient(await silentUrl()) }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { becomes, probe } = await startService({ checks: { database: open(server.url) } });
    await becomes("/health/ready", 200);
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });

  test("a server that refuses is down, at every probe", async () => {
    const service = await startService({
      checks: { database: open(await refusingUrl()) },
      defaults: { timeout: 200 },
    });
    for (let probe = 0; probe < 3; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    expect((await service.probe("/health")).status).toBe(200);
  });

  test("a client that the service has closed is down at once", async () => {
    const client = open(server.url);
    const check = mongodb({ client });
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
    if (client instanceof Mongoose) await client.disconnect();
    else await (client as MongoClient | Connection).close();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down", writtenOff: false });
  });
});

describe("a MongoClient", () => {
  test("of one server is observed", async () => {
    expect(await runCheck(mongodb({ client: openClient(server.url) }), 5000)).toEqual({
      status: "up",
      reason: undefined,
      observations: { topology: { value: "Single" } },
      writtenOff: false,
    });
  });

  test("of a replica set whose primary is gone is down where it needs the primary", async () => {
    const own = await startServer();
    await tell(own, { setRole: "secondary" });
    const client = openClient(own.url, { serverSelectionTimeoutMS: 300 });
    expect(await runCheck(mongodb({ client }), 5000)).toMatchObject({
      status: "down",
      writtenOff: false,
    });
  });

  test("of a replica set whose primary is gone is degraded where another member will do", async () => {
    const own = await startServer();
    await tell(own, { setRole: "primary" });
    const options: MongoClientOptions = {
      readPreference: "secondaryPreferred",
      replicaSet: "hale",
    };
    expect(await runCheck(mongodb({ client: openClient(own.url, options) }), 5000)).toMatchObject({
      status: "up",
      observations: { topology: { value: "ReplicaSetWithPrimary" } },
    });
    await tell(own, { setRole: "secondary" });
    expect(await runCheck(mongodb({ client: openClient(own.url, options) }), 5000)).toMatchObject({
      status: "degraded",
      reason: "The replica set has no primary: it answers, but nothing can be written.",
      observations: { topology: { value: "ReplicaSetNoPrimary" } },
    });
  });

  test("gets one ping for each run, and no probe opens a connection once there is one", async () => {
    const own = await startServer();
    const service = await startService({ checks: { database: openClient(own.url) } });
    await service.becomes("/health/ready", 200);
    const before = await tell(own, { serverStatus: 1 });
    for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
    const after = await tell(own, { serverStatus: 1 });
    expect(Number(after.pings) - Number(before.pings)).toBe(20);
    // Those of the test itself: one that asks, and one that watches.
    expect(Number(after.connections) - Number(before.connections)).toBeLessThanOrEqual(2);
  });

  test("that the check uses first, while the server is away, works for the service once the server is there", async () => {
    const port = await closedPort();
    const client = openClient(urlAt(port), { serverSelectionTimeoutMS: 500 });
    const check = mongodb({ client });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
      });
    }
    await startTcp((socket) => forward(socket, server.port), port);
    // The service's own command comes before the next run.
    expect(await client.db("admin").command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("whose first attempt fails although the server accepts it connects anew, for the service too", async () => {
    let isOut = true;
    const port = await startTcp((socket) => {
      if (isOut) socket.destroy();
      else forward(socket, server.port);
    });
    const client = openClient(urlAt(port), { serverSelectionTimeoutMS: 300 });
    const check = mongodb({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down", writtenOff: false });
    isOut = false;
    expect(await client.db("admin").command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  test("whose first attempt was the service's own, and has failed, is connected again by the check", async () => {
    const port = await closedPort();
    const client = openClient(urlAt(port), { serverSelectionTimeoutMS: 300 });
    const ping = () => client.db("admin").command({ ping: 1 });
    await expect(ping()).rejects.toThrow("ECONNREFUSED");
    await expect(ping()).rejects.toThrow("Topology is closed");
    await startTcp((socket) => forward(socket, server.port), port);
    expect(await runCheck(mongodb({ client }), 5000)).toMatchObject({ status: "up" });
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  test("that takes longer to connect than a run is down until it has, and up over the same connection", async () => {
    const way = await openLongWay(server.port, 250);
    onTestFinished(() => way.close());
    const client = openClient(urlAt(way.port));
    const check = mongodb({ client });
    expect(await runCheck(check, 100)).toMatchObject({
      status: "down",
      reason: "No answer within 100 ms: the connection is still being opened.",
      writtenOff: false,
    });
    await expect
      .poll(async () => (await runCheck(check, 500)).status, { timeout: 20_000 })
      .toBe("up");
    // One of them saw that the server accepts connections.
    expect(way.ended).toBe(1);
  });

  test("whose connections the service has all taken is degraded, gets no ping, and is up when one comes back", async () => {
    const client = openClient(server.url, { maxPoolSize: 1 });
    const check = mongodb({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const pool = poolOf(client);
    const taken = await pool.checkOut({ timeoutContext: noTimeout });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 50)).toMatchObject({
        status: "degraded",
        reason: "The service has taken all 1 connections of the pool.",
        code: "HALE_POOL_EXHAUSTED",
        writtenOff: false,
      });
    }
    expect(pool.waitQueueSize).toBe(0);
    pool.checkIn(taken);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("whose connections are all taken for longer than exhaustedFor is down, and up when one comes back", async () => {
    const client = openClient(server.url, { maxPoolSize: 1 });
    const check = mongodb({ client, exhaustedFor: 150 });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const pool = poolOf(client);
    const taken = await pool.checkOut({ timeoutContext: noTimeout });
    expect(await runCheck(check, 100)).toMatchObject({ status: "degraded" });
    expect(await runCheck(check, 100)).toMatchObject({
      status: "down",
      reason: "The service has taken all 1 connections of the pool, for 150 ms or longer.",
      code: "HALE_POOL_EXHAUSTED",
    });
    pool.checkIn(taken);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("whose server stands still is down, although the ping itself holds the only connection", async () => {
    const own = await startServer();
    const check = mongodb({ client: openClient(own.url, { maxPoolSize: 1 }) });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await own.pause();
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 100)).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
    }
    await own.resume();
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
  });

  test("whose server stands still keeps no connection that hangs, and opens few", async () => {
    const own = await startServer();
    const client = openClient(own.url);
    let open = 0;
    client.on("connectionCreated", () => open++);
    client.on("connectionClosed", () => open--);
    const check = mongodb({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    expect(open).toBe(1);
    await own.pause();
    for (let run = 0; run < 5; run++) {
      expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
      expect(open).toBeLessThanOrEqual(2);
    }
    await own.resume();
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
  });
});

test("a connection of mongoose that was never opened is down, and says so", async () => {
  const client = mongoose.createConnection();
  expect(await runCheck(mongodb({ client }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "disconnected".',
  });
});

/** A client of the driver, with a pool of one connection that the service has taken. */
function fullDriver() {
  const pool = {
    ...{ totalConnectionCount: 1, availableConnectionCount: 0, pendingConnectionCount: 0 },
    options: { maxPoolSize: 1 },
  };
  const driver = {
    pings: 0,
    topology: { s: { servers: new Map([["one", { pool }]]) } } as object | undefined,
    connect: async () => driver,
    db: () => ({
      command: async () => {
        driver.pings++;
        return { ok: 1 };
      },
    }),
  };
  return driver;
}

describe("a connection of mongoose whose service has taken every connection", () => {
  /** A check whose clock the test moves, and the driver that its connection has now. */
  async function start() {
    const connection = { readyState: 1, driver: fullDriver(), getClient: () => connection.driver };
    const check = mongodb({ client: connection, exhaustedFor: 30_000 });
    await check.prepare?.();
    vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    return { connection, check };
  }

  test("is down after exhaustedFor", async () => {
    const { check } = await start();
    expect(await timedRun(check)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "down" });
  });

  test("begins the time anew with another client of the driver", async () => {
    const { check, connection } = await start();
    expect(await timedRun(check)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
    connection.driver = fullDriver();
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 40_000)).toMatchObject({ status: "down" });
  });

  test("begins the time anew after a run that found it closed", async () => {
    const { check, connection } = await start();
    expect(await timedRun(check)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
    const { topology } = connection.driver;
    connection.driver.topology = undefined;
    await expect(check.run({ signal: new AbortController().signal })).rejects.toMatchObject({
      code: "HALE_NOT_CONNECTED",
    });
    connection.driver.topology = topology;
    expect(await timedRun(check, 20_000)).toMatchObject({ status: "degraded" });
    expect(await timedRun(check, 40_000)).toMatchObject({ status: "down" });
  });

  test("is down when it is closed within the run, and gets no ping", async () => {
    const { check, connection } = await start();
    const found = expect(check.run({ signal: new AbortController().signal })).rejects.toMatchObject(
      { code: "HALE_NOT_CONNECTED" },
    );
    await vi.advanceTimersByTimeAsync(100);
    connection.driver.topology = undefined;
    connection.readyState = 0;
    await vi.advanceTimersByTimeAsync(100);
    await found;
    expect(connection.driver.pings).toBe(0);
  });

  test("gets no ping where a place comes free in the turn of the abort, and was exhausted", async () => {
    const { check, connection } = await start();
    const controller = new AbortController();
    const found = check.run({ signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    controller.abort(new Error("The run is over."));
    connection.driver.topology = {};
    expect(await found).toMatchObject({ status: "degraded", code: "HALE_POOL_EXHAUSTED" });
    expect(connection.driver.pings).toBe(0);
  });

  test("gets no other ping while one that was given up may hold its only connection", async () => {
    const { check, connection } = await start();
    const full = connection.driver.topology;
    connection.driver.topology = {};
    connection.driver.db = () => ({
      command: () => {
        connection.driver.pings++;
        connection.driver.topology = full;
        return new Promise<never>(() => {});
      },
    });
    check.run({ signal: new AbortController().signal });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await timedRun(check)).toMatchObject({ status: "down", code: "HALE_HUNG" });
    const reported = runCheck(check);
    await turned();
    await vi.advanceTimersByTimeAsync(500);
    expect(await reported).toMatchObject({ status: "down", code: "HALE_HUNG", writtenOff: false });
    expect(connection.driver.pings).toBe(1);
  });
});

test("a reply other than ok is down", async () => {
  const client = { db: () => ({ command: async () => ({ ok: 0 }) }) };
  expect(await runCheck(mongodb({ client }))).toMatchObject({
    status: "down",
    reason: "Expected ok: 1, got 0.",
  });
});

test("a URL opens a client that is closed again", async () => {
  const own = await startServer();
  const check = fromUrl(own.url);
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await check.close?.();
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});

test("a URL may name every member of a replica set, of which one is enough", async () => {
  const own = await startServer();
  await tell(own, { setRole: "primary" });
  const nobody = `127.0.0.1:${await closedPort()}`;
  const members = own.url.replace(`@127.0.0.1:${own.port}/`, `@${nobody},127.0.0.1:${own.port}/`);
  expect(members).toContain(`${nobody},`);
  const check = fromUrl(`${members}${members.includes("?") ? "&" : "?"}replicaSet=hale`);
  onTestFinished(() => check.close?.() as Promise<void>);
  expect(await runCheck(check, 20_000)).toMatchObject({
    status: "up",
    observations: { topology: { value: "ReplicaSetWithPrimary" } },
  });
});

test("mongodb+srv: is a scheme, whose servers are looked up by the driver", async () => {
  const check = fromUrl("mongodb+srv://hale:s3cret@nowhere.invalid.test/shop");
  onTestFinished(() => check.close?.() as Promise<void>);
  const { status, reason } = await runCheck(check, 10_000);
  expect(status).toBe("down");
  expect(reason).not.toContain("s3cret");
});

test("what is no client is a type error, and an error with a code", () => {
  // @ts-expect-error a client of another kind
  expect(() => mongodb({ client: { query: async () => {} } })).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

test.each<[string, object]>([
  ["HALE_UNKNOWN_OPTION", { clinet: {} }],
  ["HALE_BAD_OPTION", { client: "mongodb://localhost" }],
  ["HALE_BAD_OPTION", {}],
])("%s is the error for mongodb(%j)", (code, options) => {
  expect(() => mongodb(options as never)).toThrow(expect.objectContaining({ code }));
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("mongodb", kind, {
    start: () => mongodbServer.start(),
    open,
    wrongCredentials: withWrongPassword,
    unsteady: ["refused", "hang", "wrong credentials"],
  });
});
