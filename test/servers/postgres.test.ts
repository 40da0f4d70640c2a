import { Client, type ClientConfig } from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { postgres } from "./postgres.ts";

vi.setConfig({ testTimeout: 120_000 });

test("PostgreSQL answers a driver", async () => {
  const { url } = await started();
  const client = await connected(url);
  expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("PostgreSQL refuses a wrong password", async () => {
  const url = new URL((await started()).url);
  url.password = "wrong";
  await expect(connected(url.href)).rejects.toMatchObject({ code: "28P01" });
});

test("PostgreSQL refuses one connection more than maxConnections", async () => {
  const { url } = await started({ maxConnections: 2 });
  await connected(url);
  await connected(url);
  await expect(connected(url)).rejects.toMatchObject({ code: "53300" });
});

test("PostgreSQL itself counts the queries that it was sent", async () => {
  const { url } = await started();
  const client = await connected(url);
  for (let run = 0; run < 3; run += 1) await client.query("select $1::int as counted", [run]);
  const { rows } = await client.query(
    "select calls::int from pg_stat_statements where query like '%as counted'",
  );
  expect(rows).toEqual([{ calls: 3 }]);
});

test("PostgreSQL logs each statement when it is asked to", async () => {
  const server = await started({ logStatements: true });
  const client = await connected(server.url);
  await client.query("select 'seen in the log'");
  expect(await server.log()).toContain("statement: select 'seen in the log'");
});

test("a paused PostgreSQL keeps its connections open and silent until it is resumed", async () => {
  const server = await started();
  const [first, second] = [await connected(server.url), await connected(server.url)];
  const backends = [await backendOf(first), await backendOf(second)];
  await server.pause();
  const impatient = { text: "select 1", query_timeout: 300 };
  await expect(first.query(impatient)).rejects.toThrow("Query read timeout");
  await expect(second.query(impatient)).rejects.toThrow("Query read timeout");
  await server.resume();
  expect([await backendOf(first), await backendOf(second)]).toEqual(backends);
});

test("a paused PostgreSQL lets nobody new in", async () => {
  const server = await started();
  await server.pause();
  const connecting = connected(server.url, { connectionTimeoutMillis: 300 });
  await expect(connecting).rejects.toThrow("timeout");
});

test("a killed PostgreSQL refuses connections, and has its data again after a restart", async () => {
  const server = await started();
  const client = await connected(server.url);
  await client.query("create table kept as select 42 as answer");
  await server.kill();
  await expect(connected(server.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await server.restart();
  const again = await connected(server.url);
  expect((await again.query("select answer from kept")).rows).toEqual([{ answer: 42 }]);
});

async function started(options?: Parameters<typeof postgres.start>[0]) {
  const server = await postgres.start(options);
  onTestFinished(server.stop);
  return server;
}

async function connected(connectionString: string, config?: ClientConfig): Promise<Client> {
  const client = new Client({ ...config, connectionString });
  // What ends with the server is no concern of these tests.
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function backendOf(client: Client): Promise<number> {
  return (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
}
