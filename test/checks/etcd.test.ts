import { Etcd3 } from "etcd3";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type EtcdClient, etcd } from "../../src/checks/etcd.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { etcd as etcdServer } from "../servers/etcd.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await etcdServer.start();
});
afterAll(() => server.stop());

/** Makes a client, which ends with the test. */
function open(url: string): Etcd3 {
  const { host, username, password } = new URL(url);
  const client = new Etcd3({
    hosts: host,
    ...(username !== "" && { auth: { username, password } }),
  });
  onTestFinished(() => client.close());
  return client;
}

const refusing = async () => `etcd://127.0.0.1:${await closedPort()}`;
const silent = async () => `etcd://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

checkContract("etcd through etcd3", {
  up: () => etcd({ client: open(server.url) }),
  down: async () => etcd({ client: open(await refusing()) }),
  hanging: async () => etcd({ client: open(await silent()) }),
});

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({
    checks: { settings: open(server.url) },
    deadline: 6000,
    defaults: { timeout: 5000 },
  });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"settings":"ok"}}',
  });
});

test("a user who may not read the key is answered all the same, and is up", async () => {
  const root = open(server.url);
  await root.user("shop").create("correct-horse");
  const client = open(server.url.replace("root", "shop"));
  await expect(client.get("hale:health").exec()).rejects.toThrow("permission denied");
  expect(await runCheck(etcd({ client }), 5000)).toMatchObject({ status: "up" });
});

test("a namespace of a client is asked within it", async () => {
  const client = open(server.url).namespace("shop/");
  expect(await runCheck(etcd({ client }), 5000)).toMatchObject({ status: "up" });
});

test("a run opens no connection that the client has already", async () => {
  let connections = 0;
  const port = await startTcp((socket) => {
    connections++;
    forward(socket, server.port);
  });
  const client = open(server.url.replace(`:${server.port}`, `:${port}`));
  const check = etcd({ client });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  const before = connections;
  for (let run = 0; run < 5; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect(connections).toBe(before);
});

test("a client that was closed is down, and the reason says so", async () => {
  const client = open(server.url);
  client.close();
  expect(await runCheck(etcd({ client }), 5000)).toMatchObject({
    status: "down",
    reason: expect.stringContaining("the client was already closed"),
  });
});

test("no count is down, and the reason says what came", async () => {
  const question = {
    options: () => question,
    exec: async () => ({ count: undefined }),
  };
  const client: EtcdClient & { put(): void } = { get: () => question, put() {} };
  expect(await runCheck(etcd({ client }))).toMatchObject({
    status: "down",
    reason: "Expected a count, got undefined.",
  });
});

test("what is no client of etcd3 is refused, also by its type", () => {
  // @ts-expect-error It reads nothing.
  const { code } = haleErrorOf(() => etcd({ client: new Set() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

faultContract("etcd", "etcd3", {
  start: () => etcdServer.start(),
  open,
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
  unsteady: ["refused"],
});
