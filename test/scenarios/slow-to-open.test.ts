import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type MysqlClient, mysql } from "../../src/checks/mysql.ts";
import {
  FAR_CLIENTS,
  FAR_SERVERS,
  type FarClient,
  type FarServer,
  openPg,
} from "../_support/far-clients.ts";
import { openLongWay } from "../_support/long-way.ts";
import { startService } from "../_support/service.ts";
import type { RunningServer } from "../servers/_running-server.ts";

const running = new Map<string, RunningServer>();
beforeAll(async () => {
  // A client of ioredis that is connected before its check is loaded is looked at over a second connection.
  await import("../../src/checks/redis.ts");
  for (const [name, start] of Object.entries(FAR_SERVERS)) running.set(name, await start());
});
afterAll(async () => {
  for (const server of running.values()) await server.stop();
});

/** The way to a server, with so many milliseconds for a round trip and for the first, and the URL at its near end. */
async function wayTo(server: FarServer, roundTrip = 100, first = roundTrip) {
  const { port, url } = running.get(server) as RunningServer;
  const way = await openLongWay(port, roundTrip, first);
  onTestFinished(() => way.close());
  const near = new URL(url);
  near.port = String(way.port);
  return { way, url: near.href };
}

test.each(Object.entries(FAR_CLIENTS))(
  "a service with %s whose server is 100 ms away becomes ready, and no connection is aborted",
  async (_, { server, ownEnds = 0, open }) => {
    const { way, url } = await wayTo(server);
    const { client, close } = await open(url);
    onTestFinished(() => void close());
    const service = await startService({ checks: { it: client } });
    await service.becomes("/health/ready", 200);
    expect(way.ended).toBe(ownEnds);
    // MongoDB's driver has two that watch the server, besides the one that asks.
    expect(way.opened).toBeLessThanOrEqual((server === "mongodb" ? 3 : 1) + ownEnds);
    await service.becomes("/health/ready", 200);
    expect(way.ended).toBe(ownEnds);
  },
);

test("a service whose database takes two seconds to open a connection becomes ready, over the connection that the first run began", async () => {
  const { way, url } = await wayTo("postgres", 250);
  const { client, close } = openPg(url, { idleTimeoutMillis: 300 });
  onTestFinished(() => void close());
  const service = await startService({ checks: { it: client } });
  expect(await service.reasonOf("it")).toBe(
    "No answer within 500 ms: the connection is still being opened.",
  );
  await service.becomes("/health/ready", 200);
  expect([way.opened, way.ended]).toEqual([1, 0]);
  // After its idle time the pool has none, and it is the same once more.
  await expect.poll(() => client.totalCount).toBe(0);
  await service.becomes("/health/ready", 503);
  await service.becomes("/health/ready", 200);
  expect([way.opened, way.ended]).toEqual([2, 1]);
});

test.each([
  ["is 250 ms away", 250, 250],
  ["accepts connections after two seconds", 100, 2000],
])(
  "a service with a pool of mysql2 whose server %s becomes ready, over the connection that the first run began",
  async (_, roundTrip, first) => {
    const { way, url } = await wayTo("mariadb", roundTrip, first);
    const opened = FAR_CLIENTS["mysql2 Pool"]?.open(url);
    const { client, close } = (await opened) as FarClient;
    onTestFinished(() => void close());
    // Not the client alone, so that the first run is not that of a check which is still being loaded.
    const service = await startService({
      checks: { it: mysql({ client: client as MysqlClient }) },
    });
    expect(await service.reasonOf("it")).toBe(
      "No answer within 500 ms: the connection is still being opened.",
    );
    await service.becomes("/health/ready", 200);
    expect([way.opened, way.ended]).toEqual([1, 0]);
  },
);

test("a password that comes late is waited for, and asked for once", async () => {
  let asked = 0;
  let answer = (_: string) => {};
  const late = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const { hostname, port, username, password } = new URL(
    (running.get("postgres") as RunningServer).url,
  );
  const pool = new pg.Pool({
    host: hostname,
    port: Number(port),
    user: username,
    database: "hale",
    password() {
      asked++;
      return late;
    },
  });
  pool.on("error", () => {});
  pool.on("connect", (connection) => connection.on("error", () => {}));
  onTestFinished(() => pool.end());
  const service = await startService({ checks: { it: pool } });
  for (let probe = 0; probe < 2; probe++) {
    expect(await service.reasonOf("it")).toBe(
      "No answer within 500 ms: the connection is still being opened.",
    );
  }
  answer(password);
  await service.becomes("/health/ready", 200);
  expect(asked).toBe(1);
});
