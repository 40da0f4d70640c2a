import dns from "node:dns";
import { Redis } from "ioredis";
import createKnex from "knex";
import mysql2 from "mysql2";
import pg from "pg";
import { createClient } from "redis";
import { Sequelize } from "sequelize";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { closedPort } from "../../_support/tcp.ts";

/** A name with two addresses, as `localhost` has on many machines. */
const NAME = "two.test";
const ADDRESSES = [
  { address: "::1", family: 6 },
  { address: "127.0.0.1", family: 4 },
];

type Done = (failure: null, addresses: typeof ADDRESSES) => void;

beforeEach(() => {
  const { lookup } = dns;
  vi.spyOn(dns, "lookup").mockImplementation(((name: string, options: object, done: Done) =>
    name === NAME ? done(null, ADDRESSES) : lookup(name, options, done as never)) as never);
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Input = NonNullable<HealthOptions["checks"]>[string];

function ended<T>(client: T, end: (client: T) => unknown): T {
  onTestFinished(async () => void (await end(client)));
  return client;
}

const CLIENTS: Readonly<Record<string, (port: number) => Input>> = {
  Sequelize: (port) =>
    ended(new Sequelize(`postgres://${NAME}:${port}/hale`, { logging: false }), (it) => it.close()),
  "pg Pool": (port) => ended(new pg.Pool({ host: NAME, port }), (it) => it.end()),
  Knex: (port) =>
    ended(createKnex({ client: "pg", connection: { host: NAME, port } }), (it) => it.destroy()),
  "mysql2 Pool": (port) => ended(mysql2.createPool({ host: NAME, port }), (it) => it.end(() => {})),
  ioredis(port) {
    const client = new Redis({ host: NAME, port, retryStrategy: () => 100 });
    client.on("error", () => {});
    return ended(client, (it) => it.disconnect());
  },
  redis(port) {
    const client = createClient({ socket: { host: NAME, port } });
    client.on("error", () => {});
    client.connect().catch(() => {});
    return ended(client, (it) => it.destroy());
  },
};

test.each(Object.entries(CLIENTS))(
  "of a name with two addresses that both refuse, %s is down and names both",
  async (_, open) => {
    const port = await closedPort();
    const health = createHealth({
      logger: false,
      defaults: { maxAge: 0 },
      checks: { it: open(port) },
    });
    onTestFinished(() => health.close());
    const reason = async () => (await health.report("deep")).checks[0]?.reason;
    await expect.poll(reason, { timeout: 30_000 }).toContain(`ECONNREFUSED ::1:${port}`);
    expect(await reason()).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
  },
);
