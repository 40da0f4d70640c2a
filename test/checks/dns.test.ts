import { createSocket } from "node:dgram";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type DnsOptions, dns } from "../../src/checks/dns.ts";
import { fromUrl } from "../../src/checks/from-url.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { dnsmasq } from "../servers/dnsmasq.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await dnsmasq.start();
});
afterAll(() => server?.stop());

const outcomeOf = (options: Omit<DnsOptions, "servers">) =>
  runCheck(dns({ ...options, servers: [`127.0.0.1:${server.port}`] }), 10_000);

/** A port of UDP that takes queries and answers none. */
async function startSilent(): Promise<{ port: number; queries: Buffer[] }> {
  const socket = createSocket("udp4");
  const queries: Buffer[] = [];
  socket.on("message", (query) => queries.push(query));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void socket.close(() => resolve())));
  return { port: socket.address().port, queries };
}

checkContract("dns", {
  up: () => dns({ name: "shop.test", servers: [`127.0.0.1:${server.port}`] }),
  down: () => dns({ name: "nobody.test", servers: [`127.0.0.1:${server.port}`] }),
  hanging: async () =>
    dns({ name: "shop.test", servers: [`127.0.0.1:${(await startSilent()).port}`] }),
});

test.each<[DnsOptions["type"], string, number]>([
  [undefined, "shop.test", 2],
  ["A", "shop.test", 2],
  ["AAAA", "six.test", 1],
  ["CNAME", "alias.test", 1],
  ["MX", "shop.test", 1],
  ["SRV", "_pay._tcp.test", 1],
  ["TXT", "shop.test", 1],
  ["PTR", "2.0.0.127.in-addr.arpa", 1],
])("records of type %s are asked for, and counted: %s has %i", async (type, name, count) => {
  expect(await outcomeOf({ name, type })).toMatchObject({
    status: "up",
    observations: {
      records: { value: count, unit: "records" },
      responseTime: { value: expect.any(Number), unit: "ms" },
    },
  });
});

test.each<[string, Omit<DnsOptions, "servers">]>([
  ["an address", { name: "shop.test", expect: ["127.0.0.3"] }],
  ["a text", { name: "shop.test", type: "TXT", expect: ["v=one"] }],
  ["a function", { name: "shop.test", expect: (records) => records.length === 2 }],
])("%s that is expected and there is up", async (_, options) => {
  expect(await outcomeOf(options)).toMatchObject({ status: "up" });
});

test("an address that is expected and not there is down, and the reason tells those that are", async () => {
  const { status, reason } = await outcomeOf({ name: "shop.test", expect: ["127.0.0.9"] });
  expect(status).toBe("down");
  expect(reason).toMatch(/^Expected "127\.0\.0\.9" among the A records, got "127\.0\.0\.[23], /);
});

test("records that the function refuses are down, and the reason tells them", async () => {
  const outcome = await outcomeOf({ name: "shop.test", type: "MX", expect: () => false });
  expect(outcome).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^Expected right MX records, got .*mail\.test/),
  });
});

test("a name that is not there is down, and the reason says so", async () => {
  expect(await outcomeOf({ name: "nobody.test" })).toMatchObject({
    status: "down",
    reason: "queryA ENOTFOUND nobody.test",
  });
});

test("a run that is aborted cancels its query, and leaves the server alone", async () => {
  const { port, queries } = await startSilent();
  const check = dns({ name: "shop.test", servers: [`127.0.0.1:${port}`] });
  const outcome = await runCheck(check, 300);
  expect(outcome).toMatchObject({ status: "down", writtenOff: false });
  expect(queries).toHaveLength(1);
});

test("without servers, those of the system are asked", async () => {
  const { status, reason = "" } = await runCheck(dns({ name: "hale.invalid" }), 10_000);
  expect(status).toBe("down");
  expect(reason).not.toContain("servers");
});

test.each<object>([
  {},
  { name: "" },
  { name: "a b" },
  { name: "a", type: "ANY" },
  { name: "a", servers: [] },
  { name: "a", servers: ["not an address"] },
  { name: "a", servers: ["ns.example"] },
  { name: "a", expect: [] },
  { name: "a", expect: "127.0.0.1" },
])("%j is refused at once", (options) => {
  expect(haleErrorOf(() => dns(options as never)).code).toBe("HALE_BAD_OPTION");
});

test("a URL of dns is up while the server knows the name", async () => {
  const base = `dns://127.0.0.1:${server.port}`;
  const checks = {
    address: fromUrl(`${base}/shop.test`),
    mail: fromUrl(`${base}/shop.test?type=mx`),
  };
  const service = await startService({ checks });
  await service.becomes("/health/ready", 200);
});

test("a URL of dns may name no server", async () => {
  const { reason } = await runCheck(fromUrl("dns:hale.invalid"), 10_000);
  expect(reason).toContain("hale.invalid");
});

faultContract("dns", "node:dns", {
  start: () => dnsmasq.start(),
  open: (url) => dns({ name: "shop.test", servers: [new URL(url).host] }),
  wrongCredentials: { none: "a DNS server asks for none" },
  explained: {
    hang: "down: `No answer within 300 ms.`, where the server takes the query; there is no connection to accept",
  },
  timeout: 300,
});

test("a port of UDP at which nobody listens is down at once, where the system tells", async () => {
  const check = dns({ name: "shop.test", servers: [`127.0.0.1:${await closedPort()}`] });
  expect(await runCheck(check, 20_000)).toMatchObject({ status: "down", writtenOff: false });
});
