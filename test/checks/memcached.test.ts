import { Client } from "memjs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type MemjsClient, memcached } from "../../src/checks/memcached.ts";
import { createHealth } from "../../src/health.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { memcached as memcachedServer } from "../servers/memcached.ts";

const PASSWORD = "right-horse";

let server: RunningServer;
beforeAll(async () => {
  server = await memcachedServer.start();
});
afterAll(() => server.stop());

/** Opens a client of these servers, which ends with the test. */
function open(...urls: string[]): Client {
  const [{ username, password }] = urls.map((url) => new URL(url)) as [URL];
  const client = Client.create(urls.map((url) => new URL(url).host).join(), {
    username: decodeURIComponent(username),
    password,
    logger: { log() {} },
  });
  onTestFinished(() => client.close());
  return client;
}

const refusing = async () => `memcached://127.0.0.1:${await closedPort()}`;
const silent = async () => `memcached://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

/** The commands that a server has run so far. */
async function statsOf(client: Client): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    client.stats((failure: Error | null, _: string, stats: Record<string, string> | null) => {
      if (failure !== null || stats === null) reject(failure);
      else resolve(stats);
    });
  });
}

checkContract("memcached through memjs", {
  up: () => memcached({ client: open(server.url) }),
  down: async () => memcached({ client: open(await refusing()) }),
  hanging: async () => memcached({ client: open(await silent()) }),
});

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { cache: open(server.url) } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"cache":"ok"}}',
  });
});

test("a run sets, gets and deletes one key, over one connection, and leaves nothing", async () => {
  const own = await memcachedServer.start();
  onTestFinished(() => own.stop());
  const client = open(own.url);
  const check = memcached({ client });
  const before = await statsOf(client);
  for (let run = 0; run < 5; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  const after = await statsOf(client);
  const more = (name: string) => Number(after[name]) - Number(before[name]);
  expect([more("cmd_set"), more("cmd_get"), more("delete_hits")]).toEqual([5, 5, 5]);
  expect([more("total_connections"), Number(after.curr_items)]).toEqual([0, 0]);
});

describe("of several servers", () => {
  test("each is asked, and all are up", async () => {
    const own = await memcachedServer.start();
    onTestFinished(() => own.stop());
    const check = memcached({ client: open(server.url, own.url) });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: {
        servers: { value: 2, unit: "servers" },
        answeringServers: { value: 2, unit: "servers" },
      },
    });
    expect(Number((await statsOf(open(own.url))).cmd_set)).toBe(1);
  });

  test("one that is silent makes it degraded, and is named", async () => {
    const url = await silent();
    const check = memcached({ client: open(server.url, url) });
    expect(await runCheck(check, 200)).toMatchObject({
      status: "degraded",
      reason: `1 of 2 servers answer; ${new URL(url).host}: no answer.`,
      writtenOff: false,
    });
  });

  test("one that refuses makes it degraded, and is told why", async () => {
    const url = await refusing();
    const check = memcached({ client: open(server.url, url) });
    expect(await runCheck(check, 10_000)).toMatchObject({
      status: "degraded",
      reason: `1 of 2 servers answer; ${new URL(url).host}: connect ECONNREFUSED ${new URL(url).host}.`,
    });
  });
});

test("a server that refuses beside one that is silent is down, and both are named", async () => {
  let asked = 0;
  const client: MemjsClient = {
    servers: [
      { host: "127.0.0.1", port: 1 },
      { host: "127.0.0.1", port: 2 },
    ],
    getServer: (key) => key.charCodeAt(key.length - 1) % 2,
    get: () => {},
    set: (key, _, __, done) => {
      asked++;
      if (client.getServer(key) !== 0) return;
      done(Object.assign(new Error("The server is full."), { code: "EFULL" }), null);
    },
    delete: () => {},
  };
  const outcome = await runCheck(memcached({ client }), 20);
  expect(outcome).toMatchObject({ status: "down", code: "EFULL", writtenOff: false });
  expect(outcome.reason).toMatch(/^0 of 2 servers answer; /);
  expect(outcome.reason).toContain("127.0.0.1:1: The server is full");
  expect(outcome.reason).toContain("127.0.0.1:2: no answer");
  expect(asked).toBe(2);
});

test("a value that is not the one that was written is down, and the reason says what came", async () => {
  const client: MemjsClient = {
    servers: [{ host: "127.0.0.1", port: 1 }],
    getServer: () => 0,
    get: (_, done) => done(null, null as never),
    set: (_, __, ___, done) => done(null, true),
    delete: (_, done) => done(null, true),
  };
  expect(await runCheck(memcached({ client }))).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^Expected the value just written, "[\w-]+", got null\.$/),
  });
});

test("what is no client of memjs is refused, also by its type", () => {
  // @ts-expect-error It has no servers.
  const { code } = haleErrorOf(() => memcached({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

test("by its URL it is up, with the password of the URL, and closing leaves no connection", async () => {
  const own = await memcachedServer.start({ password: PASSWORD });
  onTestFinished(() => own.stop());
  const health = createHealth({
    logger: false,
    checks: { cache: fromUrl(own.url) },
    deadline: 6000,
    defaults: { timeout: 5000 },
  });
  expect((await health.report("deep")).checks[0]).toMatchObject({ status: "up" });
  const asking = open(own.url);
  const connections = async () => Number((await statsOf(asking)).curr_connections);
  const before = await connections();
  await health.close();
  await expect.poll(connections, { timeout: 30_000 }).toBe(before - 1);
});

test("by a URL with several servers it is degraded while some of them answer", async () => {
  const own = await memcachedServer.start({ password: PASSWORD });
  onTestFinished(() => own.stop());
  const nobody = `127.0.0.1:${await closedPort()}`;
  const check = fromUrl(`${own.url.replace(/\/$/, "")},${nobody}`);
  onTestFinished(() => check.close?.() as Promise<void>);
  expect(await runCheck(check, 10_000)).toMatchObject({
    status: "degraded",
    reason: expect.stringContaining(`1 of 2 servers answer; ${nobody}`),
  });
});

faultContract("memcached", "memjs", {
  start: () => memcachedServer.start({ password: PASSWORD }),
  open: (url) => open(url),
  wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
  // The server takes 200 ms to refuse a password.
  timeout: 2000,
  unsteady: ["refused"],
});
