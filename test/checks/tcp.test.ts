import { expect, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { tcp } from "../../src/checks/tcp.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { upstream } from "../servers/upstream.ts";

const host = "127.0.0.1";

/** The port of a server that says something first, to each who connects. */
const greeting = (text: string) => startTcp((socket) => socket.resume().write(text));

checkContract("tcp", {
  up: async () => tcp({ host, port: await startTcp((socket) => socket.resume()) }),
  down: async () => tcp({ host, port: await closedPort() }),
  hanging: async () =>
    tcp({ host, port: await startTcp((socket) => socket.resume()), greeting: "220 " }),
});

test("the connection is closed again, and nothing is sent", async () => {
  const sent: Buffer[] = [];
  let closed = () => {};
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const port = await startTcp((socket) => {
    socket.on("data", (chunk) => sent.push(chunk));
    socket.on("close", closed);
  });
  expect(await runCheck(tcp({ host, port }), 10_000)).toMatchObject({
    status: "up",
    observations: { responseTime: { value: expect.any(Number), unit: "ms" } },
  });
  await end;
  expect(sent).toEqual([]);
});

test("a run that is aborted closes its connection", async () => {
  let closed = () => {};
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const port = await startTcp((socket) => socket.resume().on("close", closed));
  const outcome = await runCheck(tcp({ host, port, greeting: "220 " }), 200);
  expect(outcome).toMatchObject({ status: "down", writtenOff: false });
  await end;
});

test.each(["220 ", /^220 .*ESMTP/])("a greeting that is %s is up", async (expected) => {
  const port = await greeting("220 mail.test ESMTP\r\n");
  expect(await runCheck(tcp({ host, port, greeting: expected }), 10_000)).toMatchObject({
    status: "up",
  });
});

test("a greeting in pieces is read to its end", async () => {
  const port = await startTcp(async (socket) => {
    socket.setNoDelay(true).resume();
    for (const letter of "220 mail") {
      await new Promise<void>((sent) => socket.write(letter, () => sent()));
    }
  });
  const check = tcp({ host, port, greeting: "220 mail" });
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
});

test.each([
  ["220 ", "554 busy", 'Expected "220 " as the greeting, got "554 busy".'],
  [/^220 /, "x".repeat(5000), "Expected /^220 / as the greeting, got "],
])(
  "a greeting that is not %s is down, and the reason quotes it",
  async (expected, said, reason) => {
    const port = await greeting(said);
    expect(await runCheck(tcp({ host, port, greeting: expected }), 10_000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining(reason),
    });
  },
);

test("a server that closes the connection without a greeting is down", async () => {
  const port = await startTcp((socket) => socket.end());
  expect(await runCheck(tcp({ host, port, greeting: "220 " }), 10_000)).toMatchObject({
    status: "down",
    reason: 'Expected "220 " as the greeting, got "".',
  });
});

test.each([
  {},
  { host },
  { host: "", port: 1 },
  { host, port: 0 },
  { host, port: 1, greeting: "" },
])("%j is refused at once", (options) => {
  expect(haleErrorOf(() => tcp(options as never)).code).toBe("HALE_BAD_OPTION");
});

test("a URL of tcp is up while it is accepted", async () => {
  const port = await startTcp((socket) => socket.resume());
  const service = await startService({ checks: { it: fromUrl(`tcp://127.0.0.1:${port}`) } });
  await service.becomes("/health/ready", 200);
});

test("a URL of tcp without a port is refused, and the error says what is missing", () => {
  const { code, message } = haleErrorOf(() => fromUrl("tcp://127.0.0.1"));
  expect(code).toBe("HALE_BAD_URL");
  expect(message).toContain("tcp: with a host and a port");
});

test("an IPv6 address may be given as a URL writes it", async () => {
  const port = await closedPort();
  // Where the machine has no IPv6, another error names the address without its brackets all the same.
  const { reason } = await runCheck(fromUrl(`tcp://[::1]:${port}`), 10_000);
  expect(reason).toContain(`::1:${port}`);
});

faultContract("tcp", "node:net", {
  start: () => upstream.start(),
  open: (url) => tcp({ host, port: Number(new URL(url).port) }),
  wrongCredentials: { none: "a connection has no credentials" },
  explained: {
    hang: "up: a connection that is accepted is all that is asked for; with `greeting` it is down at its timeout",
  },
});
