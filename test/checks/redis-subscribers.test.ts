import type { createClient } from "redis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
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

async function expectUp(client: RedisClient): Promise<void> {
  const check = redis({ client });
  for (let run = 0; run < 2; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  await check.close?.();
}

test.each(["ioredis", "ioredis5.3", "ioredis4", "iovalkey"])(
  "a connection of %s that is subscribed is up",
  async (from) => {
    const driver = load(from);
    const client = new (driver.Redis ?? driver)(server.url);
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    await client.subscribe("news");
    await expectUp(client);
  },
);

test.each([
  ["redis", {}],
  ["redis", { RESP: 3 }],
  ["redis5", {}],
  ["redis5", { RESP: 3 }],
  ["redis4", {}],
] as const)("a connection of %s with %j that is subscribed is up", async (from, options) => {
  const client: ReturnType<typeof createClient> = load(from).createClient({
    url: server.url,
    ...options,
  });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => void client.quit().catch(() => {}));
  await client.subscribe("news", () => {});
  await expectUp(client as unknown as RedisClient);
});
