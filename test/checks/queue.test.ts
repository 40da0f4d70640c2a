import { EventEmitter } from "node:events";
import { connect as connectAmqp } from "amqplib";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type QueueOptions, type QueueRedisOptions, queue } from "../../src/checks/queue.ts";
import type { Check } from "../../src/contract/check.ts";
import { startCelery } from "../_support/celery.ts";
import { runCheck } from "../_support/run-check.ts";
import { startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";
import { redis as redisServer } from "../servers/redis.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

function openIoredis(url = server.url): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

async function openRedis(RESP: 2 | 3) {
  const client = createClient({ url: server.url, RESP });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

type Client = QueueRedisOptions["client"];

describe.each<[string, () => Client | Promise<Client>]>([
  ["ioredis", openIoredis],
  ["redis with RESP 2", () => openRedis(2)],
  ["redis with RESP 3", () => openRedis(3)],
])("in Redis, through %s,", (kind, open) => {
  /** Names of this client's own, since all share one server. */
  const own = (name: string) => `${name}-${kind.replace(/\W/g, "")}`;

  test("a list is as long as it is, and its oldest entry as old as it says", async () => {
    const name = own("list");
    const writer = openIoredis();
    const client = await open();
    const check = queue({
      client,
      name,
      waiting: { degraded: 2, down: 3 },
      oldest: { degraded: 60_000 },
      enqueuedAt: (entry) => JSON.parse(entry).at,
    });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { waiting: { value: 0 }, oldest: { value: 0 } },
    });
    await writer.lpush(name, JSON.stringify({ at: Date.now() - 120_000 }));
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The oldest job has waited for 12\d/),
    });
    await writer.lpush(name, JSON.stringify({ at: Date.now() }));
    const first = queue({
      ...{ client, name, next: "first" },
      oldest: {},
      enqueuedAt: (entry) => JSON.parse(entry).at,
    });
    const { observations } = await runCheck(first, 5000);
    expect(Number(observations?.oldest?.value)).toBeLessThan(60_000);
    await writer.lpush(name, "{}");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("3 jobs wait; from 3 on it is down."),
    });
  });

  test("an entry whose age cannot be read is down", async () => {
    const name = own("unread");
    await openIoredis().lpush(name, "a job");
    const check = queue({ client: await open(), name, oldest: {}, enqueuedAt: () => "soon" });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "Expected a time from enqueuedAt, got undefined.",
    });
  });

  test("a stream waits with what its group has not had, is as old as what it has not confirmed, and has the consumers that ask", async () => {
    const name = own("stream");
    const writer = openIoredis();
    const check = queue({
      client: await open(),
      name,
      layout: "stream",
      group: "mailers",
      waiting: { down: 3 },
      oldest: { degraded: 3_600_000 },
      workers: { degraded: 1 },
    });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down", reason: /no such key/ });
    await writer.xgroup("CREATE", name, "others", "$", "MKSTREAM");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
    });
    await writer.xgroup("CREATE", name, "mailers", "$");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "0 workers are present; with fewer than 1 it is degraded.",
      observations: { waiting: { value: 0 }, oldest: { value: 0 }, workers: { value: 0 } },
    });
    // By its id, which is of two hours ago.
    const old = Date.now() - 7_200_000;
    await writer.xadd(name, `${old}-0`, "to", "a");
    await writer.xreadgroup("GROUP", "mailers", "one", "COUNT", 1, "STREAMS", name, ">");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The oldest job has waited for 7\d\d\d/),
      observations: { waiting: { value: 0 }, workers: { value: 1 } },
    });
    await writer.xack(name, "mailers", `${old}-0`);
    for (let entry = 0; entry < 2; entry++) await writer.xadd(name, "*", "to", "b");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { waiting: { value: 2 } },
    });
    await writer.xadd(name, "*", "to", "c");
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
  });

  test("a queue of BullMQ is what its own package says of it", async () => {
    const name = own("mail");
    const connection = openIoredis();
    const jobs = new Queue(name, { connection });
    onTestFinished(() => jobs.close());
    await jobs.add("welcome", {}, { timestamp: Date.now() - 120_000 });
    await jobs.add("urgent", {}, { priority: 1 });
    await jobs.add("later", {}, { delay: 3_600_000 });
    const check = queue({
      client: await open(),
      name,
      layout: "bullmq",
      oldest: {},
      workers: {},
    });
    const { status, observations } = await runCheck(check, 5000);
    expect([status, observations]).toMatchObject([
      "up",
      { waiting: { value: 2 }, failed: { value: 0 }, workers: { value: 0 } },
    ]);
    expect(Number(observations?.oldest?.value)).toBeGreaterThanOrEqual(120_000);
    const worker = new Worker(
      name,
      async () => {
        throw new Error("no such address");
      },
      { connection: openIoredis() },
    );
    worker.on("error", () => {});
    onTestFinished(() => worker.close(true));
    await expect
      .poll(async () => (await runCheck(check, 5000)).observations, { timeout: 20_000 })
      .toMatchObject({
        waiting: { value: 0 },
        failed: { value: 2 },
        oldest: { value: 0 },
        workers: { value: 1 },
      });
    await jobs.pause();
    await jobs.add("paused", {});
    expect((await runCheck(check, 5000)).observations).toMatchObject({ waiting: { value: 1 } });
  });
});

describe("of RabbitMQ", () => {
  let broker: RunningServer;
  beforeAll(async () => {
    broker = await rabbitmq.start();
  });
  afterAll(() => broker.stop());

  test("it is as long as what is ready, and has the consumers of all processes", async () => {
    const client = await connectAmqp(broker.url);
    client.on("error", () => {});
    onTestFinished(() => client.close());
    const channel = await client.createChannel();
    await channel.assertQueue("orders");
    const check = queue({ client, name: "orders", waiting: { down: 2 }, workers: { degraded: 1 } });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "0 workers are present; with fewer than 1 it is degraded.",
    });
    for (let order = 0; order < 2; order++) channel.sendToQueue("orders", Buffer.from("1"));
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("down");
    await channel.consume("orders", (message) => message && channel.ack(message));
    await expect
      .poll(() => runCheck(check, 5000))
      .toMatchObject({
        status: "up",
        observations: { waiting: { value: 0 }, workers: { value: 1 } },
      });
    await channel.deleteQueue("orders");
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down", reason: /NOT_FOUND/ });
    await channel.assertQueue("orders");
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("degraded");
    await check.close?.();
  });
});

describe("of Celery", () => {
  test("over Redis it has the tasks of every priority, and the workers that listen", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const celery = await startCelery(`${own.url}/2`);
    const client = openIoredis(`${own.url}/2`);
    const check = queue({
      client,
      name: "celery",
      layout: "celery",
      waiting: { down: 4 },
      workers: { degraded: 1 },
    });
    await celery.send(0, 3, 9);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "0 workers are present; with fewer than 1 it is degraded.",
      observations: { waiting: { value: 3 } },
    });
    await celery.send(6);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
    const end = await celery.work();
    await expect
      .poll(() => runCheck(check, 5000), { timeout: 120_000 })
      .toMatchObject({
        status: "up",
        observations: { waiting: { value: 0 }, workers: { value: 1 } },
      });
    await end();
    await expect
      .poll(() => runCheck(check, 5000), { timeout: 30_000 })
      .toMatchObject({ status: "degraded", observations: { workers: { value: 0 } } });
  }, 180_000);

  test("over RabbitMQ it is a queue of the broker, whose consumers are the workers", async () => {
    const broker = await rabbitmq.start();
    onTestFinished(() => broker.stop());
    const celery = await startCelery(broker.url);
    const client = await connectAmqp(broker.url);
    client.on("error", () => {});
    onTestFinished(() => client.close().catch(() => {}));
    const check = queue({ client, name: "celery", layout: "celery", workers: { down: 1 } });
    await celery.send(0, 0);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      observations: { waiting: { value: 2 }, workers: { value: 0 } },
    });
    await celery.work();
    await expect
      .poll(() => runCheck(check, 5000), { timeout: 120_000 })
      .toMatchObject({
        status: "up",
        observations: { waiting: { value: 0 }, workers: { value: 1 } },
      });
  }, 180_000);
});

checkContract("queue", {
  up: () => queue({ client: openIoredis(), name: "none" }),
  down: () => queue({ client: openIoredis(), name: "none", layout: "stream", group: "none" }),
  hanging: async () => {
    const port = await startTcp((socket) => socket.resume());
    return queue({ client: openIoredis(`redis://127.0.0.1:${port}`), name: "jobs" });
  },
});

test.each<[string, object]>([
  ["HALE_BAD_OPTION", {}],
  ["HALE_BAD_OPTION", { name: "" }],
  ["HALE_BAD_OPTION", { name: "jobs", client: { get: () => {} } }],
  ["HALE_BAD_OPTION", { name: "jobs", workers: { down: 1 } }],
  ["HALE_BAD_OPTION", { name: "jobs", oldest: { down: 1000 } }],
  ["HALE_BAD_OPTION", { name: "jobs", layout: "stream" }],
  ["HALE_BAD_OPTION", { name: "jobs", layout: "sidekiq" }],
  ["HALE_BAD_OPTION", { name: "jobs", layout: "bullmq", group: "a" }],
  ["HALE_BAD_OPTION", { name: "jobs", client: { createChannel: () => {} }, oldest: {} }],
  ["HALE_BAD_OPTION", { name: "jobs", client: { createChannel: () => {} }, layout: "list" }],
  ["HALE_UNKNOWN_OPTION", { name: "jobs", depth: { down: 1 } }],
])("%s is the error for queue(%j)", (code, options) => {
  const client = { call: async () => 0 };
  expect(() => queue({ client, ...options } as unknown as QueueOptions)).toThrow(
    expect.objectContaining({ code }),
  );
});

test("a connection that the broker has closed with 403 is down, and not taken for a refusal of the query", async () => {
  const client = Object.assign(new EventEmitter(), {
    connection: undefined,
    isConnected: () => false,
    createChannel: () => new Promise<never>(() => {}),
  });
  const check = queue({ client: client as never, name: "orders" });
  await runCheck(check);
  client.emit("disconnect", { err: Object.assign(new Error("ACCESS_REFUSED"), { code: 403 }) });
  expect(await runCheck(check)).toMatchObject({ status: "down", reason: "ACCESS_REFUSED (403)" });
});

test("a broker tells of no age: that is a type error", () => {
  const client = { createChannel: async () => ({ checkExchange: async () => {} }) };
  // @ts-expect-error the age of a message is not told
  expect(() => queue({ client, name: "orders", oldest: { down: 1000 } })).toThrow();
});

faultContract("queue", "ioredis", {
  start: () => redisServer.start(),
  open: (url) => queue({ client: openIoredis(url), name: "jobs" }),
  wrongCredentials: { none: "a Redis without a password takes none" },
  unsteady: ["refused"],
});

describe("by its URL", () => {
  const closing = (check: Check) => {
    onTestFinished(async () => void (await check.close?.()));
    return check;
  };

  test("a queue of Redis is asked over a client of its own, which closes with the check", async () => {
    const writer = openIoredis();
    await writer.lpush("by-url", "1", "2");
    const check = closing(queue({ url: server.url, name: "by-url", waiting: { degraded: 2 } }));
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "2 jobs wait; from 2 on it is degraded.",
    });
    await check.close?.();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      code: "HALE_NOT_CONNECTED",
    });
  });

  test("a queue of a broker is asked too", async () => {
    const broker = await rabbitmq.start();
    onTestFinished(() => broker.stop());
    const connection = await connectAmqp(broker.url);
    onTestFinished(() => connection.close());
    await (await connection.createChannel()).assertQueue("by-url");
    const check = closing(queue({ url: broker.url, name: "by-url", workers: { degraded: 1 } }));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "degraded" });
  });

  test("a server that is gone is down at once, and its return is seen", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const check = closing(queue({ url: own.url, name: "by-url" }));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await own.kill();
    await until("it is gone", async () => {
      const { reason = "" } = await runCheck(check, 5000);
      return reason.includes("ECONNREFUSED");
    });
    await own.restart();
    await until("it is back", async () => (await runCheck(check, 5000)).status === "up");
  });

  test.each([
    [{ name: "a", url: "http://127.0.0.1" }, "HALE_BAD_URL"],
    [{ name: "a", url: "redis://127.0.0.1", client: {} }, "HALE_BAD_OPTION"],
    [{ url: "redis://127.0.0.1" }, "HALE_BAD_OPTION"],
    [{ name: "a", url: "redis://127.0.0.1", workers: { down: 1 } }, "HALE_BAD_OPTION"],
    [{ name: "a", url: "amqp://127.0.0.1", prefix: "b" }, "HALE_BAD_OPTION"],
  ])("%j is refused before anything is opened", (options, code) => {
    expect(haleErrorOf(() => queue(options as never)).code).toBe(code);
  });
});
