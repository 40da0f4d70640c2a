import { EventEmitter, once } from "node:events";
import {
  Logger,
  makeWorkerUtils,
  type Runner,
  type RunnerOptions,
  run as runWorker,
  type WorkerUtils,
} from "graphile-worker";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type GraphileWorkerOptions, graphileWorker } from "../../src/checks/graphile-worker.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";

const logger = new Logger(() => () => {});

let server: RunningServer;
/** Utils whose tables are there. */
let utils: WorkerUtils;
beforeAll(async () => {
  server = await postgresServer.start({ maxConnections: 40 });
  utils = await makeWorkerUtils({ connectionString: server.url, logger });
  await utils.migrate();
});
afterAll(async () => {
  await utils.release();
  await server.stop();
});

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  onTestFinished(() => void pool.end().catch(() => {}));
  return pool;
}

/** Utils of another server, over a pool that ends with the test. */
const open = (url: string) => makeWorkerUtils({ pgPool: openPool(url), logger });

/** Utils whose connections go elsewhere since they were made, as after a failover. */
function moved(url: string): WorkerUtils {
  const pool = openPool(url);
  return {
    ...utils,
    async withPgClient(callback) {
      const client = await pool.connect();
      return callback(client).finally(() => client.release());
    },
  } as WorkerUtils;
}

async function start(database: RunnerOptions = { connectionString: server.url }): Promise<Runner> {
  const events = new EventEmitter();
  // Its timetable is read in the background, and nobody catches what fails there.
  const started = once(events, "cron:started");
  const runner = await runWorker({
    ...database,
    ...{
      logger,
      noHandleSignals: true,
      concurrency: 1,
      taskList: { other: async () => {} },
      events,
    },
  });
  onTestFinished(() => runner.stop().catch(() => {}));
  await started;
  return runner;
}

let tasks = 0;
const newTask = () => `mail-${++tasks}`;

const look = (options: Omit<GraphileWorkerOptions, "client">) =>
  runCheck(graphileWorker({ client: utils, ...options }), 5000);

checkContract("graphile-worker", {
  up: () => graphileWorker({ client: utils }),
  down: async () =>
    graphileWorker({ client: moved(`postgres://127.0.0.1:${await closedPort()}/hale`) }),
  hanging: async () =>
    graphileWorker({
      client: moved(`postgres://127.0.0.1:${await startTcp((socket) => socket.resume())}/hale`),
    }),
});

test("WorkerUtils and a Runner are recognised when they are passed as they are", async () => {
  const { probe } = await startService({ checks: { jobs: utils, worker: await start() } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"jobs":"ok","worker":"ok"}}',
  });
});

describe("judges", () => {
  test("waiting jobs that are due, of one task or of all", async () => {
    const task = newTask();
    for (let job = 0; job < 3; job++) await utils.addJob(task, { job });
    await utils.addJob(task, {}, { runAt: new Date(Date.now() + 3_600_000) });
    expect(await look({ task, waiting: { degraded: 4 } })).toEqual({
      status: "up",
      reason: undefined,
      observations: { waiting: { value: 3, unit: "jobs" } },
      writtenOff: false,
    });
    expect(await look({ task, waiting: { degraded: 3 } })).toMatchObject({
      status: "degraded",
      reason: "3 jobs wait; from 3 on it is degraded.",
    });
    expect((await look({})).observations?.waiting?.value).toBeGreaterThanOrEqual(3);
  });

  test("the age of the oldest job that is due", async () => {
    const task = newTask();
    expect(await look({ task, oldest: {} })).toMatchObject({
      observations: { oldest: { value: 0, unit: "ms" } },
    });
    await utils.addJob(task, {}, { runAt: new Date(Date.now() - 120_000) });
    expect(await look({ task, oldest: { down: 60_000 } })).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/^The oldest job has waited for 12\d(\.\d+)? s; from 60 s on/),
    });
  });

  test("jobs that have failed for good", async () => {
    const task = newTask();
    const { id } = await utils.addJob(task, {});
    await utils.permanentlyFailJobs([id], "It never works.");
    expect(await look({ task, failed: { down: 1 } })).toMatchObject({
      status: "down",
      reason: "1 job has failed; from 1 on it is down.",
      observations: { waiting: { value: 0 }, failed: { value: 1 } },
    });
  });
});

describe("a Runner", () => {
  test("that has stopped is down, on a database that answers", async () => {
    const runner = await start();
    const check = graphileWorker({ client: utils, runner });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await runner.stop();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "The runner has stopped.",
      observations: { waiting: { unit: "jobs" } },
    });
  });

  test("that has lost its database is down, until it hears of jobs again", async () => {
    const own = await postgresServer.start();
    onTestFinished(() => own.stop());
    const pgPool = new pg.Pool({ connectionString: own.url });
    pgPool.on("error", () => {});
    pgPool.on("connect", (client) => client.on("error", () => {}));
    onTestFinished(() => void pgPool.end().catch(() => {}));
    const runner = await start({ pgPool });
    const service = await startService({ checks: { worker: runner } });
    await service.becomes("/health/ready", 200);
    await own.kill();
    await service.becomes("/health/ready", 503);
    const reason = await service.reasonOf("worker");
    expect(reason).toMatch(/^The runner (?:does not hear of jobs|has failed): .+\.$/);
    await own.restart();
    // A connection that breaks in the middle of its work ends the runner for good.
    const isGone = reason?.startsWith("The runner has failed");
    await service.becomes("/health/ready", isGone ? 503 : 200);
  });

  test("can be asked nothing, and options that ask are refused", async () => {
    const client = await start();
    for (const options of [{ waiting: { down: 1 } }, { task: "mail" }, { schema: "jobs" }]) {
      expect(haleErrorOf(() => graphileWorker({ client, ...options })).code).toBe(
        "HALE_BAD_OPTION",
      );
    }
  });

  test("is no longer listened to once the health is closed", async () => {
    const runner = await start();
    const before = runner.events.listenerCount("stop");
    const check = graphileWorker({ client: utils, runner });
    expect(runner.events.listenerCount("stop")).toBe(before + 1);
    await check.close?.();
    expect(runner.events.listenerCount("stop")).toBe(before);
  });
});

test.each([
  { task: "" },
  { schema: "graphile worker; drop table" },
  { runner: {} },
  { workers: { down: 1 } },
])("a wrong option is refused: %j", (options) => {
  expect(haleErrorOf(() => graphileWorker({ client: utils, ...(options as object) })).code).toMatch(
    /HALE_(?:BAD|UNKNOWN)_OPTION/,
  );
});

test("a schema without the tables is down, with what the server says", async () => {
  expect(await look({ schema: "elsewhere" })).toMatchObject({
    status: "down",
    code: "42P01",
    reason: expect.stringContaining("elsewhere.jobs"),
  });
});

const BEFORE = "`makeWorkerUtils()` gives nothing before it has connected";

faultContract("graphile-worker", "WorkerUtils", {
  async start() {
    const own = await postgresServer.start();
    const made = await makeWorkerUtils({ connectionString: own.url, logger });
    await made.migrate();
    await made.release();
    return own;
  },
  open,
  wrongCredentials: { none: BEFORE },
  explained: { refused: BEFORE, hang: BEFORE },
});
