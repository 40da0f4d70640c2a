import { Queue } from "bullmq";
import { Queue as Queue4 } from "bullmq4";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { heartbeat } from "../../src/checks/heartbeat.ts";
import { queue } from "../../src/checks/queue.ts";
import { runCheck } from "../_support/run-check.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";

let server: RunningServer;
let client: Redis;
beforeAll(async () => {
  server = await redisServer.start();
  client = new Redis(server.url, { maxRetriesPerRequest: null });
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

const connection = () => ({ host: "127.0.0.1", port: server.port, maxRetriesPerRequest: null });
const run = (options: object) => runCheck(queue({ client, ...options } as never), 5000);

/** An entry of Celery that says when it was put there. */
const entry = (secondsAgo: number) => JSON.stringify({ at: Date.now() - secondsAgo * 1000 });
const enqueuedAt = (text: string) => JSON.parse(text).at;

test("the oldest task of Celery is that of any priority", async () => {
  await client.lpush("celery", entry(10));
  await client.lpush("celery\x06\x166", entry(120));
  const outcome = await run({ name: "celery", layout: "celery", oldest: {}, enqueuedAt });
  expect(outcome.observations?.waiting?.value).toBe(2);
  expect(Number(outcome.observations?.oldest?.value)).toBeGreaterThan(100_000);
});

test("ids of a stream that are no times tell of no age", async () => {
  await client.xadd("numbered", "1-1", "order", "7");
  await client.xgroup("CREATE", "numbered", "mailers", "0");
  const options = { name: "numbered", layout: "stream", group: "mailers" };
  expect(await run(options)).toMatchObject({
    status: "up",
    observations: { waiting: { value: 1 } },
  });
  expect(await run({ ...options, oldest: {} })).toMatchObject({
    status: "down",
    reason: 'Expected an id that begins with milliseconds since 1970, got "1-1".',
  });
});

describe("BullMQ's layout", () => {
  test.each([
    ["BullMQ", (name: string) => new Queue(name, { connection: connection() })],
    ["BullMQ 4", (name: string) => new Queue4(name, { connection: connection() })],
  ])("counts the jobs of %s, and no marker of delayed ones", async (version, open) => {
    const name = `marked-${version.replace(" ", "")}`;
    const jobs = open(name);
    onTestFinished(() => jobs.close());
    await jobs.add("later", {}, { delay: 3_600_000 });
    const options = { name, layout: "bullmq", oldest: {} };
    expect(await run(options)).toMatchObject({
      observations: { waiting: { value: 0 }, oldest: { value: 0 } },
    });
    await jobs.add("now", {}, { timestamp: Date.now() - 120_000 });
    const { observations } = await run(options);
    expect(observations?.waiting?.value).toBe(1);
    expect(Number(observations?.oldest?.value)).toBeGreaterThan(100_000);
  });

  test("counts the workers of a queue whose name is not of Latin letters", async () => {
    const worker = new Redis(server.url);
    onTestFinished(() => worker.disconnect());
    await worker.client("SETNAME", `bull:${Buffer.from("почта").toString("base64")}`);
    const outcome = await run({ name: "почта", layout: "bullmq", workers: {} });
    expect(outcome.observations?.workers?.value).toBe(1);
  });
});

describe("a user", () => {
  async function userWithout(command: string): Promise<Redis> {
    const name = `without-${command.replace("|", "-")}`;
    await client.call(
      "ACL",
      "SETUSER",
      name,
      "on",
      ">right-horse",
      "~*",
      "&*",
      "+@all",
      `-${command}`,
    );
    const own = new Redis({ port: server.port, username: name, password: "right-horse" });
    onTestFinished(() => own.disconnect());
    return own;
  }

  test("who may not ask for what an option asks is degraded", async () => {
    const own = await userWithout("client|list");
    const check = queue({ client: own, name: "mail", layout: "bullmq", workers: { down: 1 } });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The client's user lacks permission: NOPERM/),
    });
  });

  test("who may not read the heartbeat is degraded", async () => {
    const own = await userWithout("get");
    expect(await runCheck(heartbeat({ client: own, key: "beat" }), 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The client's user lacks permission: NOPERM/),
    });
  });
});

describe("a function that returns the client of the moment", () => {
  test("is asked at each run of a queue, whose options are those of its client", async () => {
    let current = client;
    const check = queue({ client: () => current, name: "of-the-moment" });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    current = new Redis(server.url, { db: 1 });
    onTestFinished(() => current.disconnect());
    await current.lpush("of-the-moment", "job");
    expect(await runCheck(check, 5000)).toMatchObject({ observations: { waiting: { value: 1 } } });
  });

  test("is asked at each run of a heartbeat", async () => {
    let current = client;
    const check = heartbeat({ client: async () => current, key: "beat-of-the-moment" });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
    current = new Redis(server.url, { db: 1 });
    onTestFinished(() => current.disconnect());
    await current.set("beat-of-the-moment", "1");
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test.each([
    ["queue", () => queue({ client: () => new Map() as never, name: "mail" })],
    ["heartbeat", () => heartbeat({ client: () => new Map() as never, key: "beat" })],
  ])("that returns another thing is down, and says what is taken: %s", async (_, make) => {
    expect(await runCheck(make(), 5000)).toMatchObject({
      status: "down",
      code: "HALE_WRONG_CLIENT",
      reason: expect.stringMatching(/returned a Map\. It must return a client of ioredis/),
    });
  });
});
