import { DataSource } from "typeorm";
import { expect, onTestFinished, test } from "vitest";
import { typeorm } from "../../src/checks/typeorm.ts";
import { runCheck } from "../_support/run-check.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";

const initialising = new WeakMap<DataSource, Promise<unknown>>();

/** Initialises it without waiting for that, as a service that goes on to start does. */
function open(client: DataSource): DataSource {
  const done = client.initialize();
  initialising.set(client, done);
  done.catch(() => {});
  onTestFinished(() => {
    void done.then(() => client.destroy()).catch(() => {});
  });
  return client;
}

function openPostgres(url: string, max = 10): DataSource {
  return open(new DataSource({ type: "postgres", url, poolSize: max, poolErrorHandler: () => {} }));
}

layerContract("typeorm", "DataSource (pg)", {
  check: typeorm,
  open: openPostgres,
  opened: async (client) => initialising.get(client),
  close: (client) => client.destroy(),
  async take(client) {
    const runner = client.createQueryRunner();
    await runner.connect();
    return () => runner.release();
  },
  async hanging() {
    const own = await postgres.start();
    onTestFinished(() => own.stop());
    const client = openPostgres(own.url);
    await initialising.get(client);
    await own.pause();
    return typeorm({ client });
  },
});

test("one that is not initialised is down, and up once it is", async () => {
  const client = new DataSource({ type: "better-sqlite3", database: ":memory:" });
  const check = typeorm({ client });
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "not initialized".',
  });
  await client.initialize();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await client.destroy();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
});

test("MariaDB through mysql2 is up, with the figures of its pool, and degraded when it is exhausted", async () => {
  const own = await mariadb.start();
  onTestFinished(() => own.stop());
  const client = open(new DataSource({ type: "mysql", url: own.url, poolSize: 1 }));
  await initialising.get(client);
  const check = typeorm({ client });
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "up",
    observations: { totalConnections: { value: 1, unit: "connections" } },
  });
  const runner = client.createQueryRunner();
  await runner.connect();
  expect(await runCheck(check, 100)).toMatchObject({ status: "degraded" });
  await runner.release();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
}, 60_000);

test("where no pool can be seen, a reply that is not 1 is down, and at most one query waits", async () => {
  let asked = 0;
  let reply: Promise<unknown> = Promise.resolve([{ one: 2 }]);
  const client = {
    isInitialized: true,
    driver: {},
    query() {
      asked++;
      return reply;
    },
  };
  const check = typeorm({ client });
  expect(await runCheck(check)).toMatchObject({ status: "down", reason: "Expected 1, got 2." });
  reply = new Promise(() => {});
  for (let run = 0; run < 3; run++) await runCheck(check, 20);
  expect(asked).toBe(2);
});

refusesWhatIsNoClient("typeorm", typeorm);

test("what is no client is a type error", () => {
  // @ts-expect-error it has no driver, and is not known to be initialised
  expect(() => typeorm({ client: { query: async () => [] } })).toThrow();
});
