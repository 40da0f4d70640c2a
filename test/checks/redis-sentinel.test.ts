import { Redis } from "ioredis";
import { Redis as Valkey } from "iovalkey";
import { createSentinel } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { type FaultyServer, faultContract } from "../contracts/fault-contract.ts";
import { until } from "../servers/_until.ts";
import { redis as redisServer } from "../servers/redis.ts";
import { MASTER_NAME, redisSentinel } from "../servers/redis-sentinel.ts";

const PASSWORD = "right-horse";

/** A master that one sentinel watches. The url is the sentinel's, with the master's password. */
interface Watched extends FaultyServer {
  readonly master: { readonly port: number; readonly url: string };
  readonly sentinelUrl: string;
}

async function startWatched(): Promise<Watched> {
  const master = await redisServer.start({ requirepass: PASSWORD });
  const sentinel = await redisSentinel.start({ master: master.port, password: PASSWORD });
  const url = new URL(sentinel.url);
  url.password = PASSWORD;
  return {
    url: url.href,
    port: sentinel.port,
    sentinelUrl: sentinel.url,
    master,
    pause: () => master.pause(),
    resume: () => master.resume(),
    kill: () => master.kill(),
    restart: () => master.restart(),
    async stop() {
      await sentinel.stop();
      await master.stop();
    },
  };
}

let watched: Watched;
beforeAll(async () => {
  watched = await startWatched();
});
afterAll(() => watched.stop());

/** A client, and the moment from which on it has the master. */
interface Opened {
  readonly client: RedisClient;
  readonly connected: Promise<unknown>;
}

/** Opens a client of each kind, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string) => Opened>> = {
  "ioredis by Sentinel"(url) {
    const client = new Redis(optionsOf(url));
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return { client, connected: new Promise((resolve) => client.once("ready", resolve)) };
  },
  "iovalkey by Sentinel"(url) {
    const client = new Valkey(optionsOf(url));
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return { client, connected: new Promise((resolve) => client.once("ready", resolve)) };
  },
  "redis createSentinel"(url) {
    const { hostname: host, port, password } = new URL(url);
    const client = createSentinel({
      name: MASTER_NAME,
      sentinelRootNodes: [{ host, port: Number(port) }],
      nodeClientOptions: { password },
    });
    client.on("error", () => {});
    client.on("client-error", () => {});
    onTestFinished(() => {
      // One that never found a sentinel goes on looking for it, and does not say when it has ended.
      if (client.isOpen) client.destroy().catch(() => {});
    });
    const connected = client.connect();
    connected.catch(() => {});
    return { client, connected };
  },
};

function optionsOf(url: string) {
  const { hostname: host, port, password } = new URL(url);
  return {
    sentinels: [{ host, port: Number(port) }],
    name: MASTER_NAME,
    password,
    maxRetriesPerRequest: null,
  };
}

const never = () => new Promise<never>(() => {});

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  const up = async () => {
    const { client, connected } = open(watched.url);
    await connected;
    return client;
  };

  checkContract(`redis through ${kind}`, {
    up: async () => redis({ client: await up() }),
    down: () => redis({ client: { ping: () => Promise.reject(new Error("refused")) } }),
    hanging: () => redis({ client: { ping: never } }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { cache: await up() } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"cache":"ok"}}',
    });
  });

  test("the one that is asked is the master", async () => {
    const check = redis({ client: await up(), writable: true, memory: {} });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { role: { value: "master" }, maxMemory: { value: 0, unit: "bytes" } },
    });
  });
});

test("a transaction that the service sends by what createSentinel makes is left alone, and named", async () => {
  const { client, connected } = (KINDS["redis createSentinel"] as (url: string) => Opened)(
    watched.url,
  );
  await connected;
  const check = redis({ client });
  const { sendCommand } = client as unknown as {
    sendCommand(isReadonly: boolean, command: string[]): Promise<unknown>;
  };
  const send = (command: string) => sendCommand.call(client, false, [command]);
  await send("MULTI");
  expect(await runCheck(check, 50)).toMatchObject({
    status: "degraded",
    reason: expect.stringContaining("busy with MULTI"),
  });
  await send("PING");
  expect(await send("EXEC")).toEqual(["PONG"]);
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  check.close?.();
});

test("after a failover, a client of each kind is up on the new master", async () => {
  const own = await startWatched();
  onTestFinished(() => own.stop());
  const replica = await redisServer.start({
    requirepass: PASSWORD,
    settings: { replicaof: `127.0.0.1 ${own.master.port}` },
  });
  onTestFinished(() => replica.stop());
  const sentinel = new Redis(own.sentinelUrl);
  onTestFinished(() => sentinel.disconnect());
  const opened = Object.values(KINDS).map((open) => open(own.url));
  await Promise.all(opened.map(({ connected }) => connected));
  await until("the sentinel to start a failover", () =>
    sentinel.call("SENTINEL", "FAILOVER", MASTER_NAME).then(
      () => true,
      () => false,
    ),
  );
  const promoted = new Redis(replica.url);
  onTestFinished(() => promoted.disconnect());
  await until("the replica to be the master", async () => {
    const [role] = (await promoted.role()) as string[];
    return role === "master";
  });
  await own.kill();
  for (const { client } of opened) {
    const check = redis({ client, writable: true });
    await until("the check to be up on the new master", async () => {
      const { status, observations } = await runCheck(check, 1000);
      return status === "up" && observations?.role?.value === "master";
    });
  }
}, 120_000);

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("redis", kind, {
    start: startWatched,
    open: (url) => open(url).client,
    wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
    unsteady: ["refused", "hang", "wrong credentials"],
  });
});

test("what createSentinel makes is asked for what is written, so that no replica answers", async () => {
  const asked: unknown[] = [];
  const client = {
    ping: never,
    role: never,
    info: never,
    getMasterNode: () => ({}),
    async sendCommand(isReadonly: boolean, command: readonly string[]) {
      asked.push([isReadonly, ...command]);
      if (command[0] === "ROLE") return ["master", 0, []];
      return command[0] === "INFO" ? "used_memory:1\r\nmaxmemory:0\r\n" : "PONG";
    },
  };
  await runCheck(redis({ client, writable: true, memory: {} }));
  expect(asked).toEqual([
    [false, "PING"],
    [false, "ROLE"],
    [false, "INFO", "replication"],
    [false, "INFO", "memory"],
  ]);
});
