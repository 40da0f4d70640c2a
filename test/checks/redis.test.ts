import { Redis } from "ioredis";
import { Redis as Valkey } from "iovalkey";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";

const PASSWORD = "right-horse";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start({ requirepass: PASSWORD });
});
afterAll(() => server.stop());

/** A client that the service has, with what closes it. */
interface Opened {
  readonly client: RedisClient;
  close(): Promise<unknown> | unknown;
}

/** Opens a client of each kind, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string) => Opened>> = {
  ioredis(url) {
    const client = new Redis(url, { maxRetriesPerRequest: null });
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return { client, close: () => client.disconnect() };
  },
  iovalkey(url) {
    const client = new Valkey(url, { maxRetriesPerRequest: null });
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return { client, close: () => client.disconnect() };
  },
  redis(url) {
    const client = createClient({ url });
    client.on("error", () => {});
    void client.connect().catch(() => {});
    onTestFinished(() => {
      if (client.isOpen) client.destroy();
    });
    return { client, close: () => client.destroy() };
  },
};

const silentUrl = async () => `redis://127.0.0.1:${await startTcp((socket) => socket.resume())}`;
const refusingUrl = async () => `redis://127.0.0.1:${await closedPort()}`;

async function startServer(): Promise<RunningServer> {
  const own = await redisServer.start();
  onTestFinished(() => own.stop());
  return own;
}

/** Asks Redis itself, over a connection that no check uses. */
async function askServer(own: RunningServer, ...command: [string, ...string[]]): Promise<string> {
  const client = new Redis(own.url);
  try {
    return String(await client.call(...command));
  } finally {
    client.disconnect();
  }
}

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  checkContract(`redis through ${kind}`, {
    up: () => redis({ client: open(server.url).client }),
    down: async () => redis({ client: open(server.url.replace(PASSWORD, "wrong-horse")).client }),
    hanging: async () => redis({ client: open(await silentUrl()).client }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { client } = open(server.url);
    const { probe } = await startService({ checks: { cache: client } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"cache":"ok"}}',
    });
  });

  test("a server that refuses is down, at every probe", async () => {
    const { client } = open(await refusingUrl());
    const service = await startService({ checks: { cache: client } });
    for (let probe = 0; probe < 3; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    expect((await service.probe("/health")).status).toBe(200);
  });

  test("a wrong password is down, and is not told", async () => {
    const { client } = open(server.url.replace(PASSWORD, "wrong-horse"));
    const service = await startService({ checks: { cache: client } });
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect(await service.reasonOf("cache")).not.toContain("horse");
  });

  test("a server that stops answering is down at each probe, and up when it answers again", async () => {
    const own = await startServer();
    const { client } = open(own.url);
    const service = await startService({ checks: { cache: client }, defaults: { timeout: 200 } });
    await service.becomes("/health/ready", 200);
    await own.pause();
    const before = await pingsAfter(own, async () => {
      for (let probe = 0; probe < 5; probe++) {
        expect((await service.probe("/health/ready")).status).toBe(503);
      }
    });
    expect(before).toBeLessThanOrEqual(1);
    await service.becomes("/health/ready", 200);
  });

  test("a server that is killed is down, and up once it is back", async () => {
    const own = await startServer();
    const { client } = open(own.url);
    const service = await startService({ checks: { cache: client } });
    await service.becomes("/health/ready", 200);
    await own.kill();
    expect((await service.probe("/health/ready")).status).toBe(503);
    await own.restart();
    await service.becomes("/health/ready", 200);
  });

  test("a server that answers with something else is down", async () => {
    const port = await startTcp((socket) => {
      socket.on("data", () => socket.write("+LOADING\r\n".repeat(20)));
    });
    const { client } = open(`redis://127.0.0.1:${port}`);
    const service = await startService({ checks: { cache: client } });
    expect((await service.probe("/health/ready")).status).toBe(503);
  });

  test("a client that the service has closed is down", async () => {
    const { client, close } = open(server.url);
    const service = await startService({ checks: { cache: client } });
    await service.becomes("/health/ready", 200);
    await close();
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect((await service.probe("/health")).status).toBe(200);
  });

  test("no probe opens a connection", async () => {
    const own = await startServer();
    const { client } = open(own.url);
    const service = await startService({ checks: { cache: client } });
    await service.becomes("/health/ready", 200);
    const before = await connectionsReceived(own);
    for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
    // The one that asks is the test's own.
    expect((await connectionsReceived(own)) - before).toBe(1);
  });
});

/** The `PING`s that reach a paused server, once it is resumed, of those sent meanwhile. */
async function pingsAfter(own: RunningServer, act: () => Promise<void>): Promise<number> {
  await own.resume();
  const before = await pings(own);
  await own.pause();
  await act();
  await own.resume();
  return (await pings(own)) - before;
}

async function pings(own: RunningServer): Promise<number> {
  const stats = await askServer(own, "INFO", "commandstats");
  return Number(/cmdstat_ping:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

async function connectionsReceived(own: RunningServer): Promise<number> {
  const stats = await askServer(own, "INFO", "stats");
  return Number(/total_connections_received:(\d+)/.exec(stats)?.[1] ?? 0);
}

test("a client of redis that was never connected is down, and the reason says what to call", async () => {
  const client = createClient({ url: server.url });
  client.on("error", () => {});
  const check = redis({ client });
  expect(await runCheck(check)).toMatchObject({
    status: "down",
    reason: "The client is closed, or was never connected: call its connect().",
    code: "HALE_NOT_CONNECTED",
  });
  await client.connect();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
});

test("an ioredis client that has lost its connection is down at once, and queues nothing", async () => {
  const own = await startServer();
  const client = new Redis(own.url, { maxRetriesPerRequest: null, retryStrategy: () => 60_000 });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  await client.ping();
  const lost = new Promise<void>((resolve) => client.once("reconnecting", () => resolve()));
  await own.kill();
  await lost;
  expect(await runCheck(redis({ client }), 5000)).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "reconnecting".',
  });
});

test("a reply other than PONG is down, and the reason quotes it", async () => {
  const client = { ping: async () => "LOADING" };
  expect(await runCheck(redis({ client }))).toMatchObject({
    status: "down",
    reason: 'Expected PONG, got "LOADING".',
  });
});

test("a reply that is a buffer is read", async () => {
  const client = { ping: async () => Buffer.from("PONG") };
  expect(await runCheck(redis({ client }))).toMatchObject({ status: "up" });
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("redis", kind, {
    start: () => redisServer.start({ requirepass: PASSWORD }),
    open: (url) => open(url).client,
    wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
  });
});
