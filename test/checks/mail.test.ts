import { createTransport, type Transporter } from "nodemailer";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { mail } from "../../src/checks/mail.ts";
import { createHealth } from "../../src/health.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { smtp } from "../servers/smtp.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await smtp.start();
});
afterAll(() => server.stop());

/** Makes a transporter, which ends with the test. */
function open(url: string): Transporter {
  const client = createTransport(url);
  onTestFinished(() => client.close());
  return client;
}

const refusing = async () => `smtp://127.0.0.1:${await closedPort()}`;
const silent = async () => `smtp://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

checkContract("mail through nodemailer", {
  up: () => mail({ client: open(server.url) }),
  down: async () => mail({ client: open(await refusing()) }),
  hanging: async () => mail({ client: open(await silent()) }),
});

test("the transporter is recognised when it is passed as it is", async () => {
  const { probe } = await startService({
    checks: { mail: open(server.url) },
    deadline: 6000,
    defaults: { timeout: 5000 },
  });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"mail":"ok"}}',
  });
});

test("a transporter with a pool is up too", async () => {
  const client = createTransport(`${server.url}?pool=true`);
  onTestFinished(() => client.close());
  expect(await runCheck(mail({ client }), 5000)).toMatchObject({ status: "up" });
});

test("those who ask at once share one login", async () => {
  const own = await smtp.start();
  onTestFinished(() => own.stop());
  const connections = async () => (await own.log()).split("connected").length - 1;
  const check = mail({ client: open(own.url) });
  const before = await connections();
  await Promise.all([1, 2, 3].map(() => runCheck(check, 5000)));
  expect((await connections()) - before).toBe(1);
});

test("a transporter that has no server is down, and the reason says what came", async () => {
  const client = createTransport({ jsonTransport: true });
  expect(await runCheck(mail({ client }))).toMatchObject({
    status: "down",
    reason: "Expected true, got false.",
  });
});

test("what is no transporter is refused, also by its type", () => {
  // @ts-expect-error It verifies nothing.
  const { code } = haleErrorOf(() => mail({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});

test("by its URL it is up, with the password of the URL, and closing leaves no connection", async () => {
  const sockets: Promise<void>[] = [];
  const port = await startTcp((socket) => {
    sockets.push(new Promise((resolve) => socket.once("close", () => resolve())));
    socket.end("421 closing\r\n");
  });
  const health = createHealth({
    logger: false,
    checks: { mail: fromUrl(server.url), other: fromUrl(`smtp://127.0.0.1:${port}`) },
    deadline: 6000,
    defaults: { timeout: 5000 },
  });
  expect((await health.report("deep")).checks).toMatchObject([
    { status: "up" },
    { status: "down" },
  ]);
  await health.close();
  expect(sockets.length).toBeGreaterThan(0);
  await Promise.all(sockets);
});

faultContract("mail", "nodemailer", {
  start: () => smtp.start(),
  open,
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
});
