import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { runCheck } from "../_support/run-check.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { redis as redisServer } from "../servers/redis.ts";

type Settings = Readonly<Record<string, string>>;

async function start(settings: Settings = {}): Promise<RunningServer> {
  const server = await redisServer.start({ settings });
  onTestFinished(() => server.stop());
  return server;
}

function ioredis(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null, maxLoadingRetryTime: 200 });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

/** Opens a client of each kind, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string) => Promise<RedisClient>>> = {
  ioredis: async (url) => ioredis(url),
  async redis(url) {
    const client = createClient({ url });
    client.on("error", () => {});
    onTestFinished(() => {
      if (client.isOpen) client.destroy();
    });
    return client.connect();
  },
};

/** The commands that a server has run, but for those of connecting and of asking this. */
async function commandsOf(server: RunningServer): Promise<Record<string, number>> {
  const info = String(await ioredis(server.url).info("commandstats"));
  const calls = [...info.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, count]) => [
    name,
    Number(count),
  ]);
  return Object.fromEntries(calls);
}

describe.each(Object.entries(KINDS))("through %s", (_, open) => {
  test("with default options, a run is one PING", async () => {
    const server = await start();
    const check = redis({ client: await open(server.url) });
    await runCheck(check, 5000);
    const before = await commandsOf(server);
    expect(await runCheck(check, 5000)).toEqual({
      status: "up",
      observations: {},
      writtenOff: false,
    });
    const after = await commandsOf(server);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(after.ping).toBe((before.ping ?? 0) + 1);
    // The two that asked have connected, and have asked.
    expect(changed.filter((name) => !["info", "client", "hello", "ping"].includes(name))).toEqual(
      [],
    );
  });

  test("writable: a master is up, and a replica is degraded", async () => {
    const master = await start();
    const replica = await start({ replicaof: `127.0.0.1 ${master.port}` });
    const onMaster = redis({ client: await open(master.url), writable: true });
    expect(await runCheck(onMaster, 5000)).toMatchObject({
      status: "up",
      observations: { role: { value: "master" } },
    });
    const client = await open(replica.url);
    expect(await runCheck(redis({ client, writable: true }), 5000)).toMatchObject({
      status: "degraded",
      reason: "The server is a read-only replica.",
      observations: { role: { value: "replica" } },
    });
    expect(await runCheck(redis({ client }), 5000)).toMatchObject({ status: "up" });
  });

  test("memory: the share of maxmemory is up, degraded or down", async () => {
    const server = await start({ maxmemory: "100mb" });
    const client = await open(server.url);
    const run = (memory: { degraded?: number; down?: number }) =>
      runCheck(redis({ client, memory }), 5000);
    const observations = {
      usedMemory: { value: expect.any(Number), unit: "bytes" },
      maxMemory: { value: 100 * 1024 * 1024, unit: "bytes" },
      evictionPolicy: { value: "noeviction" },
    };
    expect(await run({ degraded: 0.9, down: 1 })).toMatchObject({ status: "up", observations });
    const used = / % of maxmemory is used; from 0\.1 % on it is /.source;
    expect(await run({ degraded: 0.001, down: 1 })).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(new RegExp(`^[\\d.]+${used}degraded\\.$`)),
      observations,
    });
    expect(await run({ down: 0.001 })).toMatchObject({
      status: "down",
      reason: expect.stringMatching(new RegExp(`^[\\d.]+${used}down\\.$`)),
      observations,
    });
  });

  test("memory: a server without maxmemory is up, however much it uses", async () => {
    const server = await start();
    const check = redis({ client: await open(server.url), memory: { down: 0.001 } });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { maxMemory: { value: 0, unit: "bytes" } },
    });
  });

  test("a server that loads its data is told as that, and is up once it has", async () => {
    const server = await start({
      // Each key takes 20 ms to load, and clients are heard after each.
      "key-load-delay": "20000",
      "loading-process-events-interval-bytes": "1024",
      rdbcompression: "no",
    });
    const filling = ioredis(server.url);
    await filling.mset(
      ...Array.from({ length: 2000 }, (_, key) => [`key:${key}`, "x".repeat(1024)]).flat(),
    );
    await filling.save();
    filling.disconnect();
    await server.restart();
    const check = redis({ client: await open(server.url) });
    await until("the check to say that the server loads", async () => {
      const { status, reason } = await runCheck(check, 5000);
      return (
        status === "down" &&
        reason === "The server is loading its data, and serves no client until it has."
      );
    });
    const operator = createClient({ url: server.url });
    operator.on("error", () => {});
    onTestFinished(() => operator.destroy());
    await operator.connect();
    await operator.configSet("key-load-delay", "0");
    await until("the check to be up", async () => (await runCheck(check, 5000)).status === "up");
  }, 90_000);
});

test("a replica that is full says both", async () => {
  const client = {
    ping: async () => "PONG",
    role: async () => ["slave", "127.0.0.1", 1, "connected", 0],
    info: async () => "used_memory:95\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\n",
  };
  const check = redis({ client, writable: true, memory: { degraded: 0.9 } });
  expect(await runCheck(check)).toMatchObject({
    status: "degraded",
    reason:
      "The server is a read-only replica. 95 % of maxmemory is used; from 90 % on it is degraded.",
    observations: { evictionPolicy: { value: "allkeys-lru" } },
  });
});

test("answers that are none are down, with what came", async () => {
  const ping = async () => "PONG";
  const role = async () => ({});
  const info = async () => "# Memory";
  expect(
    await runCheck(redis({ client: { ping, role, info } as RedisClient, writable: true })),
  ).toMatchObject({
    status: "down",
    reason: "Expected a role, got undefined.",
  });
  expect(
    await runCheck(redis({ client: { ping, role, info } as RedisClient, memory: {} })),
  ).toMatchObject({
    status: "down",
    reason: 'Expected used_memory, got "# Memory".',
  });
});

test.each([
  ["writable", "yes"],
  ["memory", 0.9],
  ["memory", { degraded: 1.1 }],
  ["memory", { degraded: -0.1 }],
  ["memory", { degraded: 0.9, down: 0.8 }],
  ["memory", { full: 0.9 }],
  ["memory", { degraded: "90 %" }],
])("an option that makes no sense is refused: %s: %o", (option, value) => {
  const client = ioredis("redis://127.0.0.1:1");
  const { code, message } = haleErrorOf(() => redis({ client, [option]: value } as never));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(option);
});

test("a client that tells neither role nor memory is refused with the options that need it", () => {
  const client = { ping: async () => "PONG" };
  for (const options of [{ writable: true }, { memory: {} }]) {
    const { code, message } = haleErrorOf(() => redis({ client, ...options }));
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain("role() and info()");
  }
});
