import { EventEmitter } from "node:events";
import { type Cache, createCache } from "cache-manager";
import { Redis } from "ioredis";
import Keyv from "keyv";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type CacheClient, cache } from "../../src/checks/cache.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

/** A Keyv store on Redis that rejects when Redis fails, as stores do. */
function storeAt(url: string, redis = openRedis(url)) {
  return {
    opts: {},
    get: async (key: string) => (await redis.get(key)) ?? undefined,
    set: async (key: string, value: string, ttl?: number) => {
      if (ttl === undefined) await redis.set(key, value);
      else await redis.set(key, value, "PX", ttl);
      return true;
    },
    delete: async (key: string) => (await redis.del(key)) > 0,
    clear: async () => {
      await redis.flushdb();
    },
    on: () => {},
  };
}

function openRedis(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  redis.on("error", () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

function keyvAt(url: string): Keyv {
  const keyv = new Keyv({ store: storeAt(url) });
  keyv.on("error", () => {});
  return keyv;
}

const KINDS: Readonly<Record<string, (url: string) => CacheClient>> = {
  Keyv: keyvAt,
  "cache-manager": (url) => createCache({ stores: [keyvAt(url)] }),
};

describe.each(Object.entries(KINDS))("through %s, on Redis,", (kind, open) => {
  checkContract(`cache through ${kind}`, {
    up: () => cache({ client: open(server.url) }),
    down: async () => cache({ client: open(`redis://127.0.0.1:${await closedPort()}`) }),
    hanging: () => cache({ client: { ...silent, delete: silent.get } }),
  });

  test("the cache is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { cache: open(server.url) } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"cache":"ok"}}',
    });
  });

  test("one key is written, read and deleted, and nothing is left", async () => {
    const redis = openRedis(server.url);
    await redis.set("mine", "1");
    expect(await runCheck(cache({ client: open(server.url) }), 5000)).toMatchObject({
      status: "up",
    });
    expect(await redis.keys("*")).toEqual(["mine"]);
  });

  test("a server that refuses the key of the check to the user is up, and no listener is left", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const admin = openRedis(own.url);
    await admin.acl("SETUSER", "shop", "on", ">horse", "~shop:*", "+@all");
    const client = open(own.url.replace("redis://", "redis://shop:horse@"));
    const [keyv] = kind === "Keyv" ? [client as Keyv] : (client as unknown as Cache).stores;
    const before = keyv?.listeners("error").length;
    expect(await runCheck(cache({ client }), 5000)).toMatchObject({ status: "up" });
    expect(keyv?.listeners("error")).toHaveLength(before ?? -1);
    await admin.acl("SETUSER", "shop", "off");
    await admin.client("KILL", "USER", "shop");
    expect(await runCheck(cache({ client }), 5000)).toMatchObject({ status: "down" });
  });

  test("a server that stops answering is down, and up when it answers again", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const service = await startService({
      checks: { cache: open(own.url) },
      defaults: { timeout: 200 },
    });
    await service.becomes("/health/ready", 200);
    await own.pause();
    for (let probe = 0; probe < 5; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    await own.resume();
    await service.becomes("/health/ready", 200);
  });

  test("a server that is killed is down, and up once it is back", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const service = await startService({ checks: { cache: open(own.url) } });
    await service.becomes("/health/ready", 200);
    await own.kill();
    await service.becomes("/health/ready", 503);
    await own.restart();
    await service.becomes("/health/ready", 200);
  });
});

const never = () => new Promise<never>(() => {});
const silent = { get: never, set: never };

describe("a cache in memory", () => {
  test("is up, through Keyv and through cache-manager", async () => {
    for (const client of [new Keyv(), createCache()]) {
      expect(await runCheck(cache({ client }))).toMatchObject({ status: "up" });
    }
  });

  test("that does not keep what is written is down, and the reason says what came", async () => {
    const client = { get: async () => undefined, set: async () => true, delete: async () => true };
    expect(await runCheck(cache({ client }))).toMatchObject({
      status: "down",
      reason: 'Expected the value just written, "1", got undefined.',
    });
  });

  test("that returns something else is down, although a call of the service is refused meanwhile", async () => {
    const client = Object.assign(new EventEmitter(), {
      get: async () => "of another",
      async set() {
        client.emit("error", new Error("NOPERM No permissions to access a key"));
        return true;
      },
      delete: async () => true,
    });
    expect(await runCheck(cache({ client }))).toMatchObject({
      status: "down",
      reason: 'Expected the value just written, "1", got "of another".',
    });
  });

  test("that keeps nothing is down with what it has told, although a call of the service is refused meanwhile", async () => {
    const client = Object.assign(new EventEmitter(), {
      get: async () => undefined,
      async set() {
        client.emit("error", new Error("NOPERM No permissions to access a key"));
        client.emit("error", new Error("OOM command not allowed when used memory > 'maxmemory'."));
        return false;
      },
      delete: async () => true,
    });
    expect(await runCheck(cache({ client }))).toMatchObject({
      status: "down",
      reason:
        "Expected the value just written, \"1\", got undefined: OOM command not allowed when used memory > 'maxmemory'.",
    });
  });

  test("is given the key a short life, in case the process dies before it is deleted", async () => {
    const lives: unknown[] = [];
    const map = new Map<string, string>();
    const client = {
      get: async (key: string) => map.get(key),
      set: async (key: string, value: string, ttl: number) => {
        lives.push(ttl);
        map.set(key, value);
      },
      del: async (key: string) => map.delete(key),
    };
    await runCheck(cache({ client }));
    expect(lives).toEqual([60_000]);
    expect(map.size).toBe(0);
  });

  test("is written with another key by every check, so that replicas do not disturb each other", async () => {
    const keys = new Set<string>();
    const client = {
      get: async () => "1",
      set: async (key: string) => keys.add(key),
      delete: async () => true,
    };
    await Promise.all([runCheck(cache({ client })), runCheck(cache({ client }))]);
    expect(keys.size).toBe(2);
  });
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("cache", kind, {
    start: () => redisServer.start({ requirepass: "right-horse" }),
    open: (url) => open(url),
    wrongCredentials: (url) => url.replace("right-horse", "wrong-horse"),
    // What a store answers while its client connects depends on how quick that is.
    unsteady: ["refused", "wrong credentials"],
  });
});
