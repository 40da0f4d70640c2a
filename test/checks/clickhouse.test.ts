import { createClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type ClickhouseClient, clickhouse } from "../../src/checks/clickhouse.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { clickhouse as clickhouseServer } from "../servers/clickhouse.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await clickhouseServer.start();
}, 60_000);
afterAll(() => server.stop());

/** Makes a client, which ends with the test. */
function open(url: string) {
  const { origin, username, password } = new URL(url);
  const client = createClient({ url: origin, username, password, log: { level: 127 } });
  onTestFinished(() => client.close());
  return client;
}

const at = (port: number) => `http://hale:correct-horse@127.0.0.1:${port}`;

checkContract("clickhouse", {
  up: () => clickhouse({ client: open(server.url) }),
  down: async () => clickhouse({ client: open(at(await closedPort())) }),
  hanging: async () =>
    clickhouse({ client: open(at(await startTcp((socket) => socket.resume()))) }),
});

test("the client is recognised when it is passed as it is", async () => {
  const { becomes, probe } = await startService({ checks: { events: open(server.url) } });
  await becomes("/health/ready", 200);
  expect((await probe("/health/deep")).body).toBe('{"status":"healthy","checks":{"events":"ok"}}');
});

test("a run that is aborted aborts its request", async () => {
  let closed = 0;
  const port = await startTcp((socket) => {
    socket.resume();
    socket.on("close", () => closed++);
  });
  await runCheck(clickhouse({ client: open(at(port)) }), 50);
  await expect.poll(() => closed).toBe(1);
});

test("a call that promises nothing is down", async () => {
  const client = { ping: () => undefined } as unknown as ClickhouseClient;
  expect(await runCheck(clickhouse({ client }))).toMatchObject({
    status: "down",
    reason: "Expected a promise, got undefined.",
  });
});

faultContract("clickhouse", "@clickhouse/client", {
  start: () => clickhouseServer.start(),
  open,
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
});
