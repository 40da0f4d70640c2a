import { once } from "node:events";
import { connect } from "node:net";
import { type Client, createClient } from "node-zookeeper-client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type ZookeeperClient, zookeeper } from "../../src/checks/zookeeper.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { zookeeper as zookeeperServer } from "../servers/zookeeper.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await zookeeperServer.start();
});
afterAll(() => server.stop());

/** Makes a client that connects, and ends with the test. */
function open(url: string): Client {
  const client = createClient(new URL(url).host);
  client.connect();
  onTestFinished(() => {
    try {
      client.close();
    } catch {
      // It throws while it has no connection yet, and tries none after that.
    }
  });
  return client;
}

/** The same, once it has a session. */
async function connected(port: number): Promise<Client> {
  const client = open(`zookeeper://127.0.0.1:${port}`);
  await once(client, "connected");
  return client;
}

/** A client with a real session, whose server says nothing more. */
async function unanswered(): Promise<Client> {
  const port = await startTcp((socket) => {
    const other = connect(server.port, "127.0.0.1");
    socket.once("close", () => other.destroy()).pipe(other);
    other.once("data", (session) => socket.write(session));
  });
  return connected(port);
}

checkContract("zookeeper through node-zookeeper-client", {
  up: async () => zookeeper({ client: await connected(server.port) }),
  down: async () => zookeeper({ client: open(`zookeeper://127.0.0.1:${await closedPort()}`) }),
  hanging: async () => zookeeper({ client: await unanswered() }),
});

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { locks: await connected(server.port) } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"locks":"ok"}}',
  });
});

test("the state of the session is observed", async () => {
  expect(await runCheck(zookeeper({ client: await connected(server.port) }), 5000)).toMatchObject({
    status: "up",
    observations: { state: { value: "SYNC_CONNECTED" } },
  });
});

test("a client that was never connected, or was closed, is down at once, and the reason says so", async () => {
  const never = createClient(`127.0.0.1:${server.port}`);
  expect(await runCheck(zookeeper({ client: never }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "DISCONNECTED".',
  });
  const closed = await connected(server.port);
  closed.close();
  await once(closed, "disconnected");
  expect(await runCheck(zookeeper({ client: closed }))).toMatchObject({ status: "down" });
});

test("a run opens no connection, and at most one question waits", async () => {
  let connections = 0;
  const port = await startTcp((socket) => {
    connections++;
    forward(socket, server.port);
  });
  const client = await connected(port);
  let questions = 0;
  const counted: ZookeeperClient = {
    getState: () => client.getState(),
    exists: (path, callback) => {
      questions++;
      client.exists(path, callback);
    },
  };
  const check = zookeeper({ client: counted });
  for (let run = 0; run < 5; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect([connections, questions]).toEqual([1, 5]);
  const silent = await unanswered();
  let asked = 0;
  const hung = zookeeper({
    client: {
      getState: () => silent.getState(),
      exists: (path, callback) => {
        asked++;
        silent.exists(path, callback);
      },
    },
  });
  for (let run = 0; run < 3; run++) await runCheck(hung, 50);
  expect(asked).toBe(1);
});

/** A session in a state, which answers in a way. */
function session(name: string, ...answer: readonly [unknown, unknown?]): ZookeeperClient {
  return {
    getState: () => ({ name }),
    exists: (_path, callback) => callback(answer[0], answer[1]),
  };
}

test("a session that only reads is degraded", async () => {
  const client = session("CONNECTED_READ_ONLY", null, {});
  expect(await runCheck(zookeeper({ client }))).toMatchObject({
    status: "degraded",
    reason: "The session only reads: its server does not see the others.",
  });
});

test("no node, and an error, are down with the reason", async () => {
  const none = session("SYNC_CONNECTED", null, null);
  expect(await runCheck(zookeeper({ client: none }))).toMatchObject({
    status: "down",
    reason: "Expected a node /zookeeper, got null.",
  });
  const failed = session("SYNC_CONNECTED", new Error("Exception: CONNECTION_LOSS[-4]"));
  expect(await runCheck(zookeeper({ client: failed }))).toMatchObject({
    status: "down",
    reason: "Exception: CONNECTION_LOSS[-4]",
  });
});

test("what is no client is refused, also by its type", () => {
  // @ts-expect-error It has no session.
  const { code } = haleErrorOf(() => zookeeper({ client: new Set() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

/** Whether the server takes sessions: a client that comes while it starts may wait for ever for its answer. */
let takesSessions = true;
let own = "";

faultContract("zookeeper", "node-zookeeper-client", {
  async start() {
    const server = await zookeeperServer.start();
    own = server.url;
    return {
      ...server,
      async restart() {
        takesSessions = false;
        await server.restart();
        takesSessions = true;
      },
    };
  },
  async open(url) {
    if (url !== own) return open(url);
    const { port } = new URL(url);
    const at = await startTcp((socket) => {
      if (takesSessions) forward(socket, Number(port));
      else socket.destroy();
    });
    return open(`zookeeper://127.0.0.1:${at}`);
  },
  wrongCredentials: {
    none: "ZooKeeper refuses nobody: who presents a wrong digest sees the nodes that everybody sees",
  },
});
