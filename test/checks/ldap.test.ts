import { Client } from "ldapts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type LdapClient, ldap } from "../../src/checks/ldap.ts";
import { createHealth } from "../../src/health.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { ldap as ldapServer } from "../servers/ldap.ts";

const NAME = "cn=hale";
const PASSWORD = "correct-horse";

let server: RunningServer;
beforeAll(async () => {
  server = await ldapServer.start();
});
afterAll(() => server.stop());

/** Makes a client, which ends with the test. It is not bound. */
function open(url: string, options: { autoRebind?: boolean } = {}): Client {
  const client = new Client({ url: `ldap://${new URL(url).host}`, ...options });
  onTestFinished(() => client.unbind());
  return client;
}

const refusing = async () => `ldap://127.0.0.1:${await closedPort()}`;
const silent = async () => `ldap://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

checkContract("ldap through ldapts", {
  up: () => ldap({ client: open(server.url) }),
  down: async () => ldap({ client: open(await refusing()) }),
  hanging: async () => ldap({ client: open(await silent()) }),
});

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { directory: open(server.url) } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"directory":"ok"}}',
  });
});

test("a run opens no connection, and leaves the client bound as it was", async () => {
  let connections = 0;
  const port = await startTcp((socket) => {
    connections++;
    forward(socket, server.port);
  });
  const client = open(`ldap://127.0.0.1:${port}`);
  await client.bind(NAME, PASSWORD);
  const check = ldap({ client, bound: true });
  for (let run = 0; run < 5; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect([connections, client.isBound]).toEqual([1, true]);
});

describe("with bound,", () => {
  test("a client that is not bound is down, though the server answers", async () => {
    expect(await runCheck(ldap({ client: open(server.url), bound: true }), 5000)).toMatchObject({
      status: "down",
      reason: "The server answers, but the client's connection is not bound.",
    });
  });

  test("a client that binds again by itself is up after its connection was lost", async () => {
    const own = await ldapServer.start();
    onTestFinished(() => own.stop());
    const client = open(own.url, { autoRebind: true });
    await client.bind(NAME, PASSWORD);
    await own.kill();
    await expect.poll(() => client.isConnected, { timeout: 30_000 }).toBe(false);
    await own.restart();
    expect(await runCheck(ldap({ client, bound: true }), 5000)).toMatchObject({ status: "up" });
  });

  test("a client that cannot tell is refused", () => {
    const client: LdapClient = { search: async () => ({ searchEntries: [{}] }) };
    const { code, message } = haleErrorOf(() => ldap({ client, bound: true }));
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain("isBound");
  });
});

test("no entry is down, and the reason says what came", async () => {
  const client: LdapClient = { search: async () => ({ searchEntries: [] }) };
  expect(await runCheck(ldap({ client }))).toMatchObject({
    status: "down",
    reason: "Expected 1 entry, got 0.",
  });
});

test("what is no client of ldapts is refused, also by its type", () => {
  // @ts-expect-error It searches nothing.
  const { code } = haleErrorOf(() => ldap({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

test("by its URL it is up, over one connection that is bound, which closing ends", async () => {
  const closings: Promise<void>[] = [];
  const port = await startTcp((socket) => {
    closings.push(new Promise((resolve) => socket.once("close", () => resolve())));
    forward(socket, server.port);
  });
  const health = createHealth({
    logger: false,
    checks: { directory: fromUrl(server.url.replace(`:${server.port}`, `:${port}`)) },
    deadline: 6000,
    defaults: { maxAge: 0, timeout: 5000 },
  });
  for (let run = 0; run < 3; run++) {
    expect((await health.report("deep")).checks).toMatchObject([{ status: "up" }]);
  }
  expect(closings).toHaveLength(1);
  await health.close();
  await Promise.all(closings);
});

faultContract("ldap", "ldapts", {
  start: () => ldapServer.start(),
  open: (url) => open(url),
  wrongCredentials: { none: "a client that is not bound asks as nobody, and is answered" },
});

faultContract("ldap", "a URL, bound", {
  start: () => ldapServer.start(),
  open: (url) => fromUrl(url),
  wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
});
