import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { redis } from "./redis.ts";

vi.setConfig({ testTimeout: 120_000 });

test("Redis answers a driver", async () => {
  const { url } = await started();
  expect(await closing(new Redis(url)).ping()).toBe("PONG");
});

test("Redis with a password answers only those who give it", async () => {
  const { url } = await started({ requirepass: "p@ss:word/ä" });
  expect(await closing(new Redis(url)).ping()).toBe("PONG");
  const anonymous = new URL(url);
  anonymous.password = "";
  await expect(closing(new Redis(anonymous.href)).ping()).rejects.toThrow("NOAUTH");
});

test("a paused Redis keeps its connection open and silent until it is resumed", async () => {
  const server = await started();
  const patient = closing(new Redis(server.url));
  const impatient = closing(new Redis(server.url, { commandTimeout: 300 }));
  const ids = [await patient.client("ID"), await impatient.client("ID")];
  await server.pause();
  const late = patient.ping();
  await expect(impatient.ping()).rejects.toThrow("Command timed out");
  await server.resume();
  expect(await late).toBe("PONG");
  expect([await patient.client("ID"), await impatient.client("ID")]).toEqual(ids);
});

test("a killed Redis refuses connections, and answers again after a restart", async () => {
  const server = await started();
  await server.kill();
  const once = closing(new Redis(server.url, { lazyConnect: true, retryStrategy: () => null }));
  const refused = new Promise((resolve) => once.once("error", resolve));
  await expect(once.connect()).rejects.toThrow();
  expect(await refused).toMatchObject({ code: "ECONNREFUSED" });
  await server.restart();
  expect(await closing(new Redis(server.url)).ping()).toBe("PONG");
});

async function started(options?: Parameters<typeof redis.start>[0]) {
  const server = await redis.start(options);
  onTestFinished(server.stop);
  return server;
}

function closing(client: Redis): Redis {
  // Without a listener, the driver prints what these tests provoke.
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}
