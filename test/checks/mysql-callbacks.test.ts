import type { Connection, Pool } from "mysql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { mysql } from "../../src/checks/mysql.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";
import { load } from "./clients/_relatives.ts";

const driver: typeof import("mysql") = load("mysql");

let server: RunningServer;
beforeAll(async () => {
  server = await mariadbServer.start();
}, 60_000);
afterAll(() => server.stop());

const urlAt = (port: number) => `mysql://hale:correct-horse@127.0.0.1:${port}/hale`;

function openPool(url: string, connectionLimit = 10): Pool {
  const { hostname: host, port, username: user, password } = new URL(url);
  const options = { host, port: Number(port), user, password, database: "hale" };
  const pool = driver.createPool({ ...options, connectionLimit });
  onTestFinished(() => pool.end(() => {}));
  return pool;
}

function openConnection(url: string): Connection {
  const connection = driver.createConnection(url);
  connection.on("error", () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

const CLIENTS = { Pool: openPool, Connection: openConnection };

describe.each(Object.entries(CLIENTS))("mysql through a %s of npm mysql", (name, open) => {
  checkContract("mysql", {
    up: async () => mysql({ client: open(server.url) }),
    down: async () => mysql({ client: open(urlAt(await closedPort())) }),
    hanging: async () =>
      mysql({ client: open(urlAt(await startTcp((socket) => void socket.resume()))) }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { becomes, probe } = await startService({ checks: { database: open(server.url) } });
    await becomes("/health/ready", 200);
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });

  test("a server that is read-only is degraded where the service must be able to write", async () => {
    const check = mysql({ client: open(server.url), writable: true });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    expect(name).toMatch(/Pool|Connection/);
  });
});

test("a pool whose connections are all taken is degraded, and up once one comes back", async () => {
  const pool = openPool(server.url, 1);
  const taken = await new Promise<{ release(): void }>((resolve, reject) => {
    pool.getConnection((failure, connection) => (failure ? reject(failure) : resolve(connection)));
  });
  const check = mysql({ client: pool });
  expect(await runCheck(check, 300)).toMatchObject({
    status: "degraded",
    reason: "The service has taken all 1 connections of the pool.",
  });
  taken.release();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
});

test("a server that stands still is down and takes one connection, and it is up once that answers", async () => {
  const own = await mariadbServer.start();
  onTestFinished(() => own.stop());
  const pool = openPool(own.url, 3);
  const check = mysql({ client: pool });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await own.pause();
  for (let run = 0; run < 4; run++) {
    expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
  }
  const { _allConnections } = pool as unknown as { _allConnections: readonly unknown[] };
  expect(_allConnections.length).toBeLessThanOrEqual(2);
  await own.resume();
  await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
}, 60_000);

test("TypeORM that has taken npm mysql is recognised and up", async () => {
  const { DataSource } = load("typeorm0.3");
  const client = new DataSource({ type: "mysql", url: server.url, driver });
  await client.initialize();
  onTestFinished(() => client.destroy());
  const { becomes, probe } = await startService({ checks: { database: client } });
  await becomes("/health/ready", 200);
  expect((await probe("/health/deep")).status).toBe(200);
});
