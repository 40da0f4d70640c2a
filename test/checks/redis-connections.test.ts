import type { Redis } from "ioredis";
import type { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { runCheck } from "../_support/run-check.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";
import { load } from "./clients/_relatives.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

/** A client of any version of `ioredis`, which ends with the test. */
function openIoRedis(from = "ioredis"): Redis {
  const driver = load(from);
  const client: Redis = new (driver.Redis ?? driver)(server.url, { maxRetriesPerRequest: null });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

/** A client of any version of `redis`, which ends with the test. */
async function openRedis(from: string, options: object = {}) {
  const client: ReturnType<typeof createClient> = load(from).createClient({
    url: server.url,
    ...options,
  });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => void client.quit().catch(() => {}));
  return client;
}

const up = expect.objectContaining({ status: "up" });

describe("a connection that is subscribed is up,", () => {
  test.each(["ioredis", "ioredis5.3", "ioredis4", "iovalkey"])("of %s", async (from) => {
    const client = openIoRedis(from);
    await client.subscribe("news");
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toEqual(up);
    expect(await runCheck(check, 5000)).toEqual(up);
  });

  test.each([
    ["redis", {}],
    ["redis", { RESP: 3 }],
    ["redis5", {}],
    ["redis5", { RESP: 3 }],
    ["redis4", {}],
  ] as const)("of %s with %j", async (from, options) => {
    const client = await openRedis(from, options);
    await client.subscribe("news", () => {});
    const check = redis({ client: client as unknown as RedisClient });
    expect(await runCheck(check, 5000)).toEqual(up);
    expect(await runCheck(check, 5000)).toEqual(up);
  });
});

describe("a connection that the service keeps busy", () => {
  test.each(["ioredis", "ioredis5.3", "ioredis4", "iovalkey"])(
    "with a blocking command is degraded and told, asked nothing, and up once it is free: %s",
    async (from) => {
      const client = openIoRedis(from);
      const other = openIoRedis();
      const popped = client.blpop("jobs", 0);
      await expect.poll(() => other.client("LIST")).toContain("cmd=blpop");
      const check = redis({ client });
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "degraded",
        reason: expect.stringContaining("busy with BLPOP"),
      });
      // Only the BLPOP waits: no PING was put behind it.
      expect((client as unknown as { commandQueue: { length: number } }).commandQueue.length).toBe(
        1,
      );
      await other.rpush("jobs", "one");
      await popped;
      expect(await runCheck(check, 5000)).toEqual(up);
    },
  );

  test("with XREAD is degraded only where that blocks", async () => {
    const client = openIoRedis();
    await client.xadd("stream", "*", "a", "1");
    const check = redis({ client });
    void client.xread("STREAMS", "stream", "0");
    expect(await runCheck(check, 5000)).toEqual(up);
    void client.xread("BLOCK", 0, "STREAMS", "stream", "$").catch(() => {});
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringContaining("busy with XREAD"),
    });
  });

  test("with a transaction is left alone, and the results are the service's own", async () => {
    const client = openIoRedis();
    await client.ping();
    const check = redis({ client });
    await client.multi({ pipeline: false });
    await client.set("a", "1");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringContaining("busy with MULTI"),
    });
    await client.get("a");
    expect(await client.exec()).toEqual([
      [null, "OK"],
      [null, "1"],
    ]);
    expect(await runCheck(check, 5000)).toEqual(up);
  });

  test("with a transaction that was begun before the check was made is asked once, and told", async () => {
    const client = openIoRedis();
    await client.multi({ pipeline: false });
    const check = redis({ client });
    const runs = [await runCheck(check, 5000), await runCheck(check, 5000)];
    expect(runs).toMatchObject([
      { status: "down", reason: expect.stringContaining("of which PING is now a part") },
      { status: "degraded", reason: expect.stringContaining("busy with MULTI") },
    ]);
    await client.discard();
    expect(await runCheck(check, 5000)).toEqual(up);
  });

  test("with pipelines and their transactions is up all the while", async () => {
    const client = openIoRedis();
    await client.ping();
    const check = redis({ client });
    const transactions = Array.from({ length: 50 }, () =>
      client.multi().set("b", "1").get("b").exec(),
    );
    const [outcome, ...results] = await Promise.all([runCheck(check, 5000), ...transactions]);
    expect(outcome).toEqual(up);
    for (const result of results) {
      expect(result).toEqual([
        [null, "OK"],
        [null, "1"],
      ]);
    }
  });

  test("is no longer watched once the check is closed", async () => {
    const client = openIoRedis();
    const { sendCommand } = client;
    const check = redis({ client });
    expect(client.sendCommand).not.toBe(sendCommand);
    await check.close?.();
    expect(client.sendCommand).toBe(sendCommand);
    expect(Object.hasOwn(client, "sendCommand")).toBe(false);
  });
});
