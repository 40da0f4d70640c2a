import { Sequelize } from "sequelize";
import { expect, onTestFinished, test } from "vitest";
import { sequelize } from "../../src/checks/sequelize.ts";
import { runCheck } from "../_support/run-check.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";

function open(url: string, max = 10, logging: false | ((sql: string) => void) = false): Sequelize {
  const client = new Sequelize(url, { logging, pool: { max } });
  // It waits for connections that hang; those end as the server goes.
  onTestFinished(() => void client.close().catch(() => {}));
  return client;
}

layerContract("sequelize", "Sequelize (pg)", {
  check: sequelize,
  open: (url, max) => open(url, max),
  close: (client) => client.close(),
  async take(client) {
    const connection = await client.connectionManager.getConnection({ type: "write" });
    return () => client.connectionManager.releaseConnection(connection);
  },
});

test("the query is not logged, also where the service logs its own", async () => {
  const server = await postgres.start();
  onTestFinished(() => server.stop());
  const logged: string[] = [];
  const client = open(server.url, 1, (sql) => logged.push(sql));
  await client.authenticate();
  const before = logged.length;
  expect(before).toBeGreaterThan(0);
  expect(await runCheck(sequelize({ client }), 5000)).toMatchObject({ status: "up" });
  expect(logged.length).toBe(before);
});

test("MariaDB through mysql2 is up, and is up again after it stood still", async () => {
  const own = await mariadb.start();
  onTestFinished(() => own.stop());
  const check = sequelize({ client: open(own.url, 1) });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await own.pause();
  expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
  await own.resume();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
}, 60_000);

test("with replicas, the primary is what is asked", async () => {
  const server = await postgres.start();
  onTestFinished(() => server.stop());
  const { hostname: host, port, username, password } = new URL(server.url);
  const write = { host, port, username, password, database: "hale" };
  const client = new Sequelize({
    dialect: "postgres",
    logging: false,
    replication: { write, read: [{ ...write, port: "1" }] },
    pool: { max: 1 },
  });
  onTestFinished(() => void client.close().catch(() => {}));
  expect(await runCheck(sequelize({ client }), 5000)).toMatchObject({
    status: "up",
    observations: { totalConnections: { value: 1, unit: "connections" } },
  });
});

test("a reply that is not 1 is down", async () => {
  const connectionManager = { getConnection: async () => ({}), releaseConnection() {} };
  const client = { connectionManager, query: async () => [{ one: 2 }] };
  expect(await runCheck(sequelize({ client }))).toMatchObject({
    status: "down",
    reason: "Expected 1, got 2.",
  });
});

refusesWhatIsNoClient("sequelize", sequelize);

test("what is no client is a type error", () => {
  // @ts-expect-error its connections cannot be borrowed
  expect(() => sequelize({ client: { query: async () => [] } })).toThrow();
});
