import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BullmqClient, type BullmqOptions, bullmq } from "../../src/checks/bullmq.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { redis as redisServer } from "../servers/redis.ts";

const PASSWORD = "right-horse";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

function connect(url: string, options = {}): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: null, ...options });
  connection.on("error", () => {});
  onTestFinished(() => connection.disconnect());
  return connection;
}

let queues = 0;

/** A queue of a name of its own, which ends with the test. */
function open(url: string, connection = connect(url)): Queue {
  const queue = new Queue(`mail-${++queues}`, { connection });
  queue.on("error", () => {});
  onTestFinished(() => void queue.close().catch(() => {}));
  return queue;
}

const refusing = async () => `redis://127.0.0.1:${await closedPort()}`;
const silent = async () => `redis://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

const check = (client: BullmqClient, options: Omit<BullmqOptions, "client"> = {}) =>
  runCheck(bullmq({ client, ...options }), 5000);

checkContract("bullmq", {
  up: () => bullmq({ client: open(server.url) }),
  down: async () => {
    const url = await refusing();
    return bullmq({ client: open(url, connect(url, { retryStrategy: () => null })) });
  },
  hanging: async () => bullmq({ client: open(await silent()) }),
});

test("the queue is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { mail: open(server.url) } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"mail":"ok"}}',
  });
});

test("with default options, a run is one call of the server, over the queue's own connection", async () => {
  const own = await redisServer.start();
  onTestFinished(() => own.stop());
  const client = open(own.url);
  const asking = connect(own.url);
  const mail = bullmq({ client });
  await runCheck(mail, 5000);
  // Commands that a script calls are counted as its own, so this counts what came over the wire.
  const commands = async () => {
    const info = await asking.info("commandstats");
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
  };
  const connections = async () =>
    Number(/total_connections_received:(\d+)/.exec(await asking.info("stats"))?.[1]);
  const before = [await commands(), await connections()] as const;
  for (let run = 0; run < 10; run++) await runCheck(mail, 5000);
  expect(await commands()).toBe(before[0] + 10);
  expect(await connections()).toBe(before[1]);
});

describe("observes", () => {
  test("an empty queue as 0 waiting and 0 failed", async () => {
    expect(await check(open(server.url))).toEqual({
      status: "up",
      reason: undefined,
      observations: { waiting: { value: 0, unit: "jobs" }, failed: { value: 0, unit: "jobs" } },
      writtenOff: false,
    });
  });

  test("waiting jobs, prioritized ones among them and delayed ones not, and failed ones", async () => {
    const client = open(server.url);
    const worker = new Worker(
      client.name,
      async () => {
        throw new Error("The mail does not go out.");
      },
      { connection: connect(server.url) },
    );
    onTestFinished(() => worker.close(true));
    worker.on("error", () => {});
    const failed = new Promise<void>((resolve) => worker.on("failed", () => resolve()));
    await client.add("welcome", {});
    await failed;
    await worker.close();
    await client.add("welcome", {});
    await client.add("urgent", {}, { priority: 1 });
    await client.add("later", {}, { delay: 3_600_000 });
    expect(await check(client)).toMatchObject({
      status: "up",
      observations: { waiting: { value: 2 }, failed: { value: 1 } },
    });
    await client.pause();
    expect(await check(client)).toMatchObject({ observations: { waiting: { value: 2 } } });
  });
});

describe("judges", () => {
  test("waiting jobs, up to a limit, and from it on", async () => {
    const client = open(server.url);
    await client.addBulk([1, 2, 3].map((mail) => ({ name: "welcome", data: { mail } })));
    expect(await check(client, { waiting: { degraded: 4, down: 5 } })).toMatchObject({
      status: "up",
    });
    expect(await check(client, { waiting: { degraded: 3, down: 4 } })).toMatchObject({
      status: "degraded",
      reason: "3 jobs wait; from 3 on it is degraded.",
    });
    expect(await check(client, { waiting: { degraded: 1, down: 2 } })).toMatchObject({
      status: "down",
      reason: "3 jobs wait; from 2 on it is down.",
    });
  });

  test("the age of the oldest job, less the time for which it was not to run", async () => {
    const client = open(server.url);
    const timestamp = Date.now() - 3_600_000;
    await client.add("welcome", {}, { timestamp });
    await client.add("welcome", {});
    const outcome = await check(client, { oldest: { degraded: 1000, down: 3_000_000 } });
    expect(outcome).toMatchObject({
      status: "down",
      reason: expect.stringMatching(
        /^The oldest job has waited for 36\d\d(\.\d+)? s; from 3000 s on it is down\.$/,
      ),
    });
    expect(outcome.observations?.oldest?.value).toBeGreaterThanOrEqual(3_600_000);
    expect(await check(open(server.url), { oldest: {} })).toMatchObject({
      status: "up",
      observations: { oldest: { value: 0, unit: "ms" } },
    });
  });

  test("workers that are missing", async () => {
    const client = open(server.url);
    const workers = { degraded: 2, down: 1 };
    expect(await check(client, { workers })).toMatchObject({
      status: "down",
      reason: "0 workers are present; with fewer than 1 it is down.",
      observations: { workers: { value: 0, unit: "workers" } },
    });
    const worker = new Worker(client.name, async () => {}, { connection: connect(server.url) });
    onTestFinished(() => worker.close(true));
    worker.on("error", () => {});
    await worker.waitUntilReady();
    await until("the worker to be known", async () => {
      const { status, reason } = await check(client, { workers });
      return (
        status === "degraded" && reason === "1 worker is present; with fewer than 2 it is degraded."
      );
    });
    expect(await check(client, { workers: { down: 1 } })).toMatchObject({ status: "up" });
  });

  test("all at once, and the worst is the status", async () => {
    const client: BullmqClient = {
      getJobCounts: async () => ({ waiting: 5, paused: 2, prioritized: 1, failed: 3 }),
      getJobs: async () => [{ timestamp: Date.now() }],
      getWorkers: async () => [1, 2, 3, 4],
    };
    const options = { waiting: { degraded: 8 }, failed: { down: 3 }, workers: { down: 1 } };
    expect(await check(client, options)).toMatchObject({
      status: "down",
      reason: "8 jobs wait; from 8 on it is degraded. 3 jobs have failed; from 3 on it is down.",
    });
  });
});

test("a queue that the service has closed is down", async () => {
  const connection = connect(server.url);
  const client = open(server.url, connection);
  await client.waitUntilReady();
  await client.close();
  connection.disconnect();
  expect(await check(client)).toMatchObject({ status: "down", reason: expect.any(String) });
});

test("questions that hang are asked once, however many runs come", async () => {
  let asked = 0;
  const client: BullmqClient = {
    getJobCounts: async () => ({ waiting: 0, failed: 0 }),
    getJobs: async () => [],
    getWorkers: () => {
      asked++;
      return new Promise(() => {});
    },
  };
  const mail = bullmq({ client, workers: {} });
  for (let run = 0; run < 3; run++) await runCheck(mail, 10);
  expect(asked).toBe(1);
});

test.each([
  { waiting: 5 },
  { waiting: { degraded: 0 } },
  { failed: { degraded: 5, down: 5 } },
  { oldest: { seconds: 5 } },
  { workers: { degraded: 1, down: 2 } },
])("limits that make no sense are refused: %o", (options) => {
  const client = open("redis://127.0.0.1:1");
  const { code, message } = haleErrorOf(() => bullmq({ client, ...options } as never));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(Object.keys(options)[0]);
});

test("what is no queue is refused, also by its type", () => {
  // @ts-expect-error It counts no jobs.
  const { code } = haleErrorOf(() => bullmq({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

faultContract("bullmq", "BullMQ Queue", {
  start: () => redisServer.start({ requirepass: PASSWORD }),
  open: (url) => open(url),
  wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
  unsteady: ["refused", "wrong credentials"],
});
