import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type HeartbeatOptions, heartbeat } from "../../src/checks/heartbeat.ts";
import { momentOf } from "../../src/checks/internal/common/moment.ts";
import { makeFolder } from "../_support/folder.ts";
import { runCheck } from "../_support/run-check.ts";
import { startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres } from "../servers/postgres.ts";
import { redis as redisServer } from "../servers/redis.ts";

const MINUTE = 60_000;

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

function openIoredis(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

/** A file that was touched so many milliseconds ago. */
function touched(ago: number): string {
  const file = join(makeFolder(), "beat");
  writeFileSync(file, "");
  const at = (Date.now() - ago) / 1000;
  utimesSync(file, at, at);
  return file;
}

describe("a file", () => {
  checkContract("heartbeat of a file", {
    up: () => heartbeat({ file: touched(0), age: { down: MINUTE } }),
    down: () => heartbeat({ file: "/nowhere/at/all", age: { down: MINUTE } }),
    hanging: () => heartbeat({ read: () => new Promise(() => {}), age: { down: MINUTE } }),
  });

  test("is up while it is young, and degraded or down by its age", async () => {
    const check = (ago: number) =>
      heartbeat({ file: touched(ago), age: { degraded: MINUTE, down: 10 * MINUTE } });
    expect(await runCheck(check(0), 5000)).toMatchObject({
      status: "up",
      observations: { age: { unit: "ms" } },
    });
    expect(await runCheck(check(2 * MINUTE), 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(
        /^The last heartbeat was 12\d(\.\d+)? s ago; from 60 s on it is degraded\.$/,
      ),
      code: "HALE_NO_HEARTBEAT",
    });
    expect(await runCheck(check(11 * MINUTE), 5000)).toMatchObject({ status: "down" });
  });

  test("that is gone is down, and up again once it is touched", async () => {
    const file = touched(0);
    const check = heartbeat({ file, age: { down: MINUTE } });
    rmSync(file);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("ENOENT"),
    });
    writeFileSync(file, "");
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });
});

describe.each<[string, () => Promise<ReturnType<typeof openIoredis> | object>]>([
  ["ioredis", async () => openIoredis(server.url)],
  [
    "redis",
    async () => {
      const client = createClient({ url: server.url });
      client.on("error", () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
  ],
])("a key, through %s,", (_, open) => {
  test("that is to be there is down when it is not", async () => {
    const writer = openIoredis(server.url);
    await writer.del("worker");
    const check = heartbeat({ client: (await open()) as Redis, key: "worker" });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "There is no heartbeat.",
      code: "HALE_NO_HEARTBEAT",
    });
    await writer.set("worker", "alive", "PX", 60_000);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("is judged by the time that it holds", async () => {
    const writer = openIoredis(server.url);
    const options = { client: (await open()) as Redis, key: "worker", age: { down: MINUTE } };
    const check = heartbeat(options);
    const statuses: string[] = [];
    for (const value of [
      String(Date.now()),
      String(Math.floor(Date.now() / 1000)),
      new Date().toISOString(),
      String(Date.now() - 2 * MINUTE),
      String((Date.now() - 2 * MINUTE) / 1000),
      new Date(Date.now() - 2 * MINUTE).toISOString(),
    ]) {
      await writer.set("worker", value);
      statuses.push((await runCheck(check, 5000)).status);
    }
    expect(statuses).toEqual(["up", "up", "up", "down", "down", "down"]);
    await writer.set("worker", "alive");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: 'Expected a time, got "alive".',
    });
  });
});

describe("a row", () => {
  test("is judged by its first value, and is down while there is none", async () => {
    const database = await postgres.start();
    onTestFinished(() => database.stop());
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on("error", () => {});
    onTestFinished(() => pool.end());
    await pool.query("create table beats (at timestamptz)");
    const check = heartbeat({
      read: () => pool.query("select at from beats order by at desc limit 1"),
      age: { down: MINUTE },
    });
    expect(await runCheck(check, 5000)).toMatchObject({ reason: "There is no heartbeat." });
    await pool.query("insert into beats values (now() - interval '1 hour')");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/^The last heartbeat was 36\d\d/),
    });
    await pool.query("insert into beats values (now())");
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("that never comes is asked for once at a time", async () => {
    let asked = 0;
    const check = heartbeat({
      read: () => {
        asked++;
        return new Promise(() => {});
      },
      age: { down: MINUTE },
    });
    for (let run = 0; run < 3; run++) await runCheck(check, 20);
    expect(asked).toBe(1);
  });
});

test("a time that is far ahead of this clock is down, since it would be young for ever", async () => {
  const check = heartbeat({ read: () => Date.now() + 7_200_000, age: { down: MINUTE } });
  expect(await runCheck(check)).toMatchObject({
    status: "down",
    reason: "The last heartbeat is more than an hour ahead of this clock.",
  });
});

test.each<[string, unknown, number | null | undefined]>([
  ["a Date", new Date(5), 5],
  ["seconds", 1_700_000_000, 1_700_000_000_000],
  ["milliseconds as a text", "1700000000000", 1_700_000_000_000],
  ["bytes", Buffer.from("1700000000"), 1_700_000_000_000],
  ["rows of pg", { rows: [{ at: new Date(7) }] }, 7],
  ["rows of mysql2", [[{ at: new Date(7) }], [{ name: "at" }]], 7],
  ["no rows", { rows: [] }, null],
  ["a row of null", [{ at: null }], null],
  ["nothing", undefined, null],
  ["a word", "soon", undefined],
  ["a text that is empty", "", undefined],
])("%s is read as a time", (_, answer, expected) => {
  expect(momentOf(answer)).toBe(expected);
});

test.each<[string, object]>([
  ["HALE_BAD_OPTION", {}],
  ["HALE_BAD_OPTION", { age: { down: MINUTE } }],
  ["HALE_BAD_OPTION", { file: "/tmp/a", read: () => 0, age: { down: MINUTE } }],
  ["HALE_BAD_OPTION", { file: "/tmp/a" }],
  ["HALE_BAD_OPTION", { file: "/tmp/a", age: {} }],
  ["HALE_BAD_OPTION", { file: "/tmp/a", age: { down: 30 } }],
  ["HALE_BAD_OPTION", { key: "a" }],
  ["HALE_BAD_OPTION", { key: "a", client: { get: () => {} } }],
  ["HALE_UNKNOWN_OPTION", { path: "/tmp/a", age: { down: MINUTE } }],
])("%s is the error for heartbeat(%j)", (code, options) => {
  expect(() => heartbeat(options as HeartbeatOptions)).toThrow(expect.objectContaining({ code }));
});

test.each<[object, string]>([
  [{ down: "5s" }, 'It has "down": a string.'],
  [{ degraded: 99 }, 'It has "degraded": 99. Times are milliseconds: did you mean 99000?'],
  [{ degraded: 5000, down: 1000 }, 'It has "degraded": 5000, "down": 1000.'],
  [{ warn: 1000 }, 'It has "warn": 1000.'],
  [{}, "It has neither."],
])("limits that are no limits are refused with what is wrong with them: %j", (age, wrong) => {
  const options = { file: "/tmp/a", age } as HeartbeatOptions;
  const { message } = haleErrorOf(() => heartbeat(options));
  expect(message.endsWith(`, but is an object. ${wrong}`)).toBe(true);
});

test("what has no age is a type error", () => {
  // @ts-expect-error a file is always there once it was written
  expect(() => heartbeat({ file: "/tmp/beat" })).toThrow();
});

test("a key of a server that is silent is asked for once at a time", async () => {
  let commands = 0;
  const port = await startTcp((socket) => {
    socket.on("data", (bytes) => {
      commands += String(bytes).split("get").length - 1;
    });
  });
  const client = new Redis(`redis://127.0.0.1:${port}`, { enableReadyCheck: false });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  const check = heartbeat({ client, key: "beat" });
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
  }
  expect(commands).toBeLessThanOrEqual(1);
});

faultContract("heartbeat", "ioredis", {
  async start() {
    const own = await redisServer.start({ settings: { appendonly: "yes" } });
    const writer = new Redis(own.url);
    await writer.set("beat", Date.now());
    writer.disconnect();
    return own;
  },
  open: (url) => heartbeat({ client: openIoredis(url), key: "beat" }),
  wrongCredentials: { none: "a Redis without a password takes none" },
  unsteady: ["refused"],
});

describe("a key by the URL of its Redis", () => {
  test("is read over a client of its own", async () => {
    const writer = openIoredis(server.url);
    const check = heartbeat({ url: server.url, key: "by-url", age: { down: 60_000 } });
    onTestFinished(async () => void (await check.close?.()));
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      code: "HALE_NO_HEARTBEAT",
    });
    await writer.set("by-url", Date.now());
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test.each([
    [{ key: "a", url: "amqp://127.0.0.1" }, "HALE_BAD_URL"],
    [{ file: "/tmp/beat", age: { down: 1000 }, url: "redis://127.0.0.1" }, "HALE_BAD_OPTION"],
    [{ key: "a", client: { call() {} }, url: "redis://127.0.0.1" }, "HALE_BAD_OPTION"],
  ])("%j is refused", (options, code) => {
    expect(haleErrorOf(() => heartbeat(options as never)).code).toBe(code);
  });
});
