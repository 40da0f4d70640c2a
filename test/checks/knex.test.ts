import type { Socket } from "node:net";
import createKnex, { type Knex } from "knex";
import { describe, expect, onTestFinished, test } from "vitest";
import { knex } from "../../src/checks/knex.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startTcp } from "../_support/tcp.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";
import { mariadb } from "../servers/mariadb.ts";

function open(config: Knex.Config): Knex {
  // It logs each connection that could not be opened.
  const log = { warn() {}, error() {}, debug() {}, deprecate() {} };
  const client = createKnex({ log, ...config });
  // It waits for connections that hang; those end as the server goes.
  onTestFinished(() => void client.destroy().catch(() => {}));
  return client;
}

/** A way to a port whose connections are swallowed for a while: they stay open, and nothing comes through any more. */
async function openBlackHole(to: number) {
  const sockets = new Set<Socket>();
  let swallows = false;
  const port = await startTcp((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (swallows) socket.resume();
    else forward(socket, to);
  });
  return {
    port,
    /** Connections that the client has not ended. */
    get open() {
      return sockets.size;
    },
    swallow(begins: boolean) {
      swallows = begins;
      if (!begins) return;
      for (const socket of sockets) socket.unpipe().resume();
    },
  };
}

layerContract("knex", "Knex (pg)", {
  check: knex,
  open: (connection, max = 10) => open({ client: "pg", connection, pool: { min: 0, max } }),
  close: (client) => client.destroy(),
  async take(client) {
    const connection = await client.client.acquireConnection();
    return () => client.client.releaseConnection(connection);
  },
});

describe("over other databases", () => {
  test("MariaDB through mysql2 is up, and a connection that did not answer is ended", async () => {
    const own = await mariadb.start();
    onTestFinished(() => own.stop());
    const client = open({ client: "mysql2", connection: own.url, pool: { min: 0, max: 1 } });
    const check = knex({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const connection = await client.client.acquireConnection();
    await client.client.releaseConnection(connection);
    await own.pause();
    expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
    await expect.poll(() => connection.stream.destroyed).toBe(true);
    await own.resume();
    await expect.poll(async () => (await runCheck(check, 5000)).status).toBe("up");
  }, 60_000);

  test("MariaDB through mysql behind a black hole leaves no dead socket, and two at most while it lasts", async () => {
    const own = await mariadb.start();
    onTestFinished(() => own.stop());
    const way = await openBlackHole(own.port);
    const { username: user, password, pathname } = new URL(own.url);
    const client = open({
      client: "mysql",
      connection: {
        ...{ host: "127.0.0.1", port: way.port, user, password, database: pathname.slice(1) },
        connectTimeout: 2000,
      },
      pool: { min: 0, max: 10 },
    });
    const check = knex({ client, connectTimeout: 2000 });
    onTestFinished(async () => void (await check.close?.()));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    way.swallow(true);
    for (let run = 0; run < 10; run++) {
      expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
      expect(way.open).toBeLessThanOrEqual(2);
    }
    way.swallow(false);
    const status = async () => (await runCheck(check, 5000)).status;
    // The attempts of openings that hang come ever more rarely.
    await expect.poll(status, { timeout: 150_000 }).toBe("up");
    // The one that works, and none of those that were swallowed.
    await expect.poll(() => way.open, { timeout: 60_000 }).toBe(1);
    expect(await status()).toBe("up");
  }, 300_000);

  test("SQLite through better-sqlite3 is up, and down when there is no such file", async () => {
    const at = (filename: string) =>
      knex({
        client: open({
          client: "better-sqlite3",
          connection: { filename },
          useNullAsDefault: true,
        }),
      });
    expect(await runCheck(at(":memory:"), 5000)).toMatchObject({ status: "up" });
    expect(await runCheck(at("/nowhere/at/all.sqlite"), 5000)).toMatchObject({ status: "down" });
  });
});

test("the socket of a connection of mysql that did not answer is ended, which knex itself would wait for", async () => {
  let ended = 0;
  // The connection that is lent is the last one.
  let lent = 0;
  const connection = { _socket: { destroy: () => ended++ } };
  const client = {
    client: {
      async acquireConnection() {
        lent = 1;
        return connection;
      },
      releaseConnection() {},
      pool: { max: 1, pendingCreates: [], numUsed: () => lent, numFree: () => 0, destroyed: false },
    },
    raw: () => ({ connection: () => new Promise<never>(() => {}) }),
  };
  expect(await runCheck(knex({ client }), 50)).toMatchObject({ status: "down" });
  expect(ended).toBe(1);
  expect(connection).toHaveProperty("__knex__disposed");
});

test.each<[string, unknown, string]>([
  ["a list of other rows", [{ one: 2 }], "Expected 1, got 2."],
  ["no rows", { rows: [] }, "Expected 1, got undefined."],
  ["nothing", undefined, "Expected 1, got undefined."],
  ["something without an end", endless(), "Expected 1, got an object."],
])("a reply that is %s is down", async (_, reply, reason) => {
  const client = {
    client: { acquireConnection: async () => ({}), releaseConnection() {} },
    raw: () => ({ connection: async () => reply }),
  };
  expect(await runCheck(knex({ client }))).toMatchObject({ status: "down", reason });
});

function endless(): object {
  const row: { row?: object } = {};
  row.row = row;
  return row;
}

refusesWhatIsNoClient("knex", knex);

test("what is no client is a type error", () => {
  // @ts-expect-error it has no raw()
  expect(() => knex({ client: { client: {} } })).toThrow();
});
