import { createServer } from "node:http";
import { Redis as Upstash } from "@upstash/redis";
import Bull from "bull";
import { Redis } from "ioredis";
import Memcached from "memcached";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bullmq } from "../../../src/checks/bullmq.ts";
import { memcached } from "../../../src/checks/memcached.ts";
import { redis } from "../../../src/checks/redis.ts";
import { runCheck } from "../../_support/run-check.ts";
import { serve } from "../../_support/serve.ts";
import { startService } from "../../_support/service.ts";
import { closedPort, startTcp } from "../../_support/tcp.ts";
import { haleErrorOf } from "../../_support/thrown.ts";
import type { RunningServer } from "../../servers/_running-server.ts";
import { memcached as memcachedServer } from "../../servers/memcached.ts";
import { redis as redisServer } from "../../servers/redis.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

describe("@upstash/redis, in front of a real server,", () => {
  const TOKEN = "right-horse";

  /** The REST API of Upstash, as far as single commands go. */
  async function startRest(): Promise<string> {
    const client = new Redis(server.url);
    onTestFinished(() => client.disconnect());
    const rest = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.headers.authorization !== `Bearer ${TOKEN}`) {
        response.statusCode = 401;
        return void response.end(
          JSON.stringify({ error: "WRONGPASS invalid or missing auth token" }),
        );
      }
      const sent = JSON.parse(Buffer.concat(chunks).toString());
      const call = async ([command = "", ...values]: string[]) => ({
        result: await client.call(command, ...values),
      });
      const answer = request.url === "/pipeline" ? Promise.all(sent.map(call)) : call(sent);
      response.end(JSON.stringify(await answer));
    });
    const { base, close } = await serve(rest);
    onTestFinished(close);
    return base;
  }

  const open = (url: string, token = TOKEN) =>
    new Upstash({ url, token, retry: false, enableTelemetry: false, responseEncoding: false });

  test("is recognised, and up", async () => {
    const client = open(await startRest());
    const { becomes } = await startService({ checks: { cache: client } });
    await becomes("/health/ready", 200);
  });

  test("with a wrong token is down", async () => {
    const check = redis({ client: open(await startRest(), "wrong-horse") });
    const outcome = await runCheck(check, 5000);
    expect(outcome).toMatchObject({ status: "down", reason: expect.stringContaining("WRONGPASS") });
  });

  test("that is refused is down", async () => {
    const check = redis({ client: open(`http://127.0.0.1:${await closedPort()}`) });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
  });

  test("cannot be asked for its role, and an option that does is refused", async () => {
    const client = open("http://127.0.0.1:1");
    expect(haleErrorOf(() => redis({ client, writable: true })).code).toBe("HALE_BAD_OPTION");
  });
});

describe("a Queue of bull", () => {
  let queues = 0;
  function open(url = server.url) {
    const queue = new Bull(`letters-${++queues}`, url, {
      redis: { maxRetriesPerRequest: null, enableReadyCheck: false },
    });
    queue.on("error", () => {});
    onTestFinished(() => void queue.close(true).catch(() => {}));
    return queue;
  }

  test("is recognised, and up", async () => {
    const { becomes } = await startService({ checks: { letters: open() } });
    await becomes("/health/ready", 200);
  });

  test("is judged by what waits and what has failed", async () => {
    const client = open();
    for (let job = 0; job < 3; job++) await client.add({ job });
    await client.add({ late: true }, { delay: 60_000 });
    const run = (options: object) => runCheck(bullmq({ client, ...options }), 5000);
    expect(await run({ waiting: { degraded: 3 } })).toMatchObject({
      status: "degraded",
      reason: "3 jobs wait; from 3 on it is degraded.",
      observations: { waiting: { value: 3, unit: "jobs" } },
    });
    expect(await run({ oldest: { down: 60_000 } })).toMatchObject({
      status: "up",
      observations: { oldest: { unit: "ms" } },
    });
    expect(await run({ workers: { down: 1 } })).toMatchObject({ status: "down" });
  });

  test("counts what has failed, and as nothing else", async () => {
    const client = open();
    await client.add({}, { attempts: 1 });
    void client.process(() => {
      throw new Error("It never works.");
    });
    await expect.poll(() => client.getFailedCount(), { timeout: 10_000 }).toBe(1);
    expect(await runCheck(bullmq({ client, failed: { degraded: 1 } }), 5000)).toMatchObject({
      status: "degraded",
      observations: { waiting: { value: 0 }, failed: { value: 1 } },
    });
  });

  test("whose jobs wait while it is paused counts them", async () => {
    const client = open();
    await client.pause();
    await client.add({});
    expect(await runCheck(bullmq({ client }), 5000)).toMatchObject({
      observations: { waiting: { value: 1 } },
    });
  });
});

describe("a Memcached of memcached", () => {
  function open(...urls: string[]) {
    const client = new Memcached(
      urls.map((url) => new URL(url).host),
      { retries: 0, timeout: 300 },
    );
    onTestFinished(() => client.end());
    return client;
  }

  async function startServer(): Promise<RunningServer> {
    const own = await memcachedServer.start();
    onTestFinished(() => own.stop());
    return own;
  }

  test("is recognised, and up", async () => {
    const { becomes } = await startService({ checks: { cache: open((await startServer()).url) } });
    await becomes("/health/ready", 200);
  });

  test("of two servers asks both, and is degraded when one is away", async () => {
    const [one, other] = [await startServer(), await startServer()];
    const check = memcached({ client: open(one.url, other.url) });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { servers: { value: 2 }, answeringServers: { value: 2 } },
    });
    await other.kill();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringContaining(`1 of 2 servers answer; ${new URL(other.url).host}: `),
    });
  });

  test("that is refused, or silent, is down", async () => {
    for (const port of [await closedPort(), await startTcp((socket) => socket.resume())]) {
      const check = memcached({ client: open(`memcached://127.0.0.1:${port}`) });
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: expect.stringMatching(/\S/),
      });
    }
  });
});
