import Bee from "bee-queue";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BeeQueueClient, type BeeQueueOptions, beeQueue } from "../../src/checks/bee-queue.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";

const PASSWORD = "right-horse";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

/** The connection of a queue, as far as it is ended. */
interface Ended {
  on(event: "error", listener: () => void): unknown;
  end(flush: boolean): void;
}

let queues = 0;

/** A queue of a name of its own, which ends with the test. */
function open(url: string, settings: Bee.QueueSettings = {}): Bee {
  const { hostname: host, port, password } = new URL(url);
  const queue = new Bee(`mail-${++queues}`, {
    redis: { host, port: Number(port), ...(password && { password }), retry_strategy: () => 50 },
    isWorker: false,
    getEvents: false,
    ...settings,
  });
  queue.on("error", () => {});
  queue.ready().catch(() => {});
  onTestFinished(() => {
    const { client } = queue as unknown as { client?: Ended };
    // What it is refused after its end is no concern of the tests.
    client?.on("error", () => {});
    // Closing waits for a connection that may never come.
    client?.end(true);
  });
  return queue;
}

const silent = async () => `redis://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

const check = (client: BeeQueueClient, options: Omit<BeeQueueOptions, "client"> = {}) =>
  runCheck(beeQueue({ client, ...options }), 5000);

checkContract("bee-queue", {
  up: () => beeQueue({ client: open(server.url) }),
  down: async () => {
    const queue = open(server.url);
    await queue.ready();
    await queue.close();
    return beeQueue({ client: queue });
  },
  hanging: async () => beeQueue({ client: open(await silent()) }),
});

test("the queue is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { mail: open(server.url) } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"mail":"ok"}}',
  });
});

test("with default options, a run is one round trip, over the queue's own connection", async () => {
  const own = await redisServer.start();
  onTestFinished(() => own.stop());
  const mail = beeQueue({ client: open(own.url) });
  await runCheck(mail, 5000);
  const asking = new Redis(own.url);
  onTestFinished(() => asking.disconnect());
  const figures = async () => [
    Number(/cmdstat_exec:calls=(\d+)/.exec(await asking.info("commandstats"))?.[1]),
    Number(/total_connections_received:(\d+)/.exec(await asking.info("stats"))?.[1]),
  ];
  const [calls = 0, connections = 0] = await figures();
  for (let run = 0; run < 10; run++) await runCheck(mail, 5000);
  expect(await figures()).toEqual([calls + 10, connections]);
});

describe("judges", () => {
  test("waiting jobs, which are observed as well", async () => {
    const client = open(server.url);
    for (let job = 0; job < 3; job++) await client.createJob({ job }).save();
    expect(await check(client, { waiting: { degraded: 4 } })).toMatchObject({
      status: "up",
      observations: { waiting: { value: 3, unit: "jobs" }, failed: { value: 0, unit: "jobs" } },
    });
    expect(await check(client, { waiting: { degraded: 3 } })).toMatchObject({
      status: "degraded",
      reason: "3 jobs wait; from 3 on it is degraded.",
    });
  });

  test("failed jobs", async () => {
    const client = open(server.url, { isWorker: true });
    const failed = new Promise<void>((resolve) => client.on("failed", () => resolve()));
    client.process(async () => {
      throw new Error("The mail does not go out.");
    });
    await client.createJob({}).save();
    await failed;
    expect(await check(client, { failed: { degraded: 1 } })).toMatchObject({
      status: "degraded",
      reason: "1 job has failed; from 1 on it is degraded.",
    });
    await client.close(1000);
  });

  test("the age of the oldest job", async () => {
    const client = open(server.url);
    const job = client.createJob({});
    job.options.timestamp = Date.now() - 3_600_000;
    await job.save();
    await client.createJob({}).save();
    const outcome = await check(client, { oldest: { down: 3_000_000 } });
    expect(outcome).toMatchObject({
      status: "down",
      reason: expect.stringMatching(
        /^The oldest job has waited for 36\d\d(\.\d+)? s; from 3000 s on/,
      ),
    });
    expect(outcome.observations?.oldest?.value).toBeGreaterThanOrEqual(3_600_000);
    expect(await check(open(server.url), { oldest: {} })).toMatchObject({
      status: "up",
      observations: { oldest: { value: 0, unit: "ms" } },
    });
  });
});

test("limits that make no sense, and workers, of which bee-queue does not know, are refused", () => {
  const client: BeeQueueClient = {
    checkHealth: async () => ({ waiting: 0, failed: 0 }),
    getJobs: async () => [],
  };
  expect(haleErrorOf(() => beeQueue({ client, waiting: { degraded: 0 } })).code).toBe(
    "HALE_BAD_OPTION",
  );
  expect(haleErrorOf(() => beeQueue({ client, workers: { down: 1 } } as never)).code).toBe(
    "HALE_UNKNOWN_OPTION",
  );
});

test("what is no queue is refused, also by its type", () => {
  // @ts-expect-error It counts no jobs.
  const { code } = haleErrorOf(() => beeQueue({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

faultContract("bee-queue", "bee-queue", {
  start: () => redisServer.start({ requirepass: PASSWORD }),
  open: (url) => open(url),
  wrongCredentials: {
    none: "the driver itself raises an error that nobody can listen to, which ends the process",
  },
  unsteady: ["refused", "wrong credentials"],
});
