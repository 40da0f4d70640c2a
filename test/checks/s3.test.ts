import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HeadBucketCommand, S3, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { s3 } from "../../src/checks/s3.ts";
import { createHealth } from "../../src/health.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { BUCKET, s3 as s3Server } from "../servers/s3.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await s3Server.start();
});
afterAll(() => server.stop());

/** What a client of this server is made of. */
function configured(url: string) {
  const { origin, username, password } = new URL(url);
  return {
    region: "eu-central-1",
    endpoint: origin,
    forcePathStyle: true,
    credentials: { accessKeyId: username, secretAccessKey: password },
  };
}

/** Makes a client, which ends with the test. */
function open(url: string): S3Client {
  const client = new S3Client(configured(url));
  onTestFinished(() => client.destroy());
  return client;
}

/** The same server, for somebody whom it does not know. */
const unknown = (url: string) => url.replace("S3RVER:S3RVER", "NOBODY:wrong-horse");

const refusing = async () => server.url.replace(`:${server.port}`, `:${await closedPort()}`);
const silent = async () =>
  server.url.replace(`:${server.port}`, `:${await startTcp((socket) => socket.resume())}`);

checkContract("s3 through @aws-sdk/client-s3", {
  up: () => s3({ client: open(server.url), bucket: BUCKET }),
  down: async () => s3({ client: open(await refusing()), bucket: BUCKET }),
  hanging: async () => s3({ client: open(await silent()), bucket: BUCKET }),
});

test("the client is recognised when it is passed as it is, and so is an S3", async () => {
  const whole = new S3(configured(server.url));
  onTestFinished(() => whole.destroy());
  const { probe } = await startService({
    checks: { uploads: open(server.url), archive: whole },
    deadline: 6000,
    defaults: { timeout: 5000 },
  });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"uploads":"ok","archive":"ok"}}',
  });
});

test("the client of another service of AWS is not taken for one", () => {
  const client = new DynamoDBClient({ region: "eu-central-1" });
  onTestFinished(() => client.destroy());
  // @ts-expect-error It has no configuration of S3.
  const create = () => createHealth({ checks: { orders: client }, logger: false });
  expect(haleErrorOf(create).code).toBe("HALE_UNSUPPORTED_CLIENT");
  // @ts-expect-error It has no configuration of S3.
  expect(haleErrorOf(() => s3({ client })).code).toBe("HALE_BAD_OPTION");
});

test("the given command is sent, as often as the check runs", async () => {
  const command = new HeadBucketCommand({ Bucket: BUCKET });
  const check = s3({ client: open(server.url), command });
  for (let run = 0; run < 20; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
});

test("a bucket that is not there is down, and the reason names it", async () => {
  const client = open(server.url);
  expect(await runCheck(s3({ client, bucket: "no-such" }), 5000)).toMatchObject({
    status: "down",
    reason: 'S3 answered 404 for the bucket "no-such": there is none of this name.',
  });
  const command = new HeadBucketCommand({ Bucket: "no-such" });
  expect(await runCheck(s3({ client, command }), 5000)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^S3 answered 404: NotFound/),
  });
});

/** A server that answers everything with one error of S3. */
function answering(status: number, code: string): Promise<number> {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
  return startTcp((socket) => {
    socket.on("data", () => {
      socket.end(
        `HTTP/1.1 ${status} No\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    });
  });
}

test("a client with a key that nobody knows is down also without a bucket", async () => {
  const outcome = await runCheck(s3({ client: open(unknown(server.url)) }), 5000);
  expect(outcome).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^S3 answered 403: InvalidAccessKeyId/),
  });
  expect(JSON.stringify(outcome)).not.toContain("wrong-horse");
});

test("wrong credentials are down with a bucket too, though its answer does not say which of both it is", async () => {
  const check = s3({ client: open(unknown(server.url)), bucket: BUCKET });
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^S3 answered 403: InvalidAccessKeyId/),
  });
});

test("a client with a wrong secret is down also without a bucket", async () => {
  const port = await answering(403, "SignatureDoesNotMatch");
  const client = open(server.url.replace(`:${server.port}`, `:${port}`));
  expect(await runCheck(s3({ client }), 5000)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^S3 answered 403: SignatureDoesNotMatch/),
  });
});

test("who may list no buckets has been answered, and is up; with a bucket it is degraded", async () => {
  const port = await answering(403, "AccessDenied");
  const client = open(server.url.replace(`:${server.port}`, `:${port}`));
  expect(await runCheck(s3({ client }), 5000)).toMatchObject({ status: "up" });
  expect(await runCheck(s3({ client, bucket: BUCKET }), 5000)).toMatchObject({
    status: "degraded",
    reason: `S3 answered 403 for the bucket "${BUCKET}": the user of the client may not see it.`,
  });
});

test("a run opens no connection that the client has already", async () => {
  let connections = 0;
  const port = await startTcp((socket) => {
    connections++;
    forward(socket, server.port);
  });
  const check = s3({
    client: open(server.url.replace(`:${server.port}`, `:${port}`)),
    bucket: BUCKET,
  });
  for (let run = 0; run < 5; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect(connections).toBe(1);
});

test("an aborted run ends its request, so that none is left open", async () => {
  let streams = 0;
  const port = await startTcp((socket) => {
    streams++;
    socket.on("close", () => streams--);
    socket.resume();
  });
  const check = s3({
    client: open(server.url.replace(`:${server.port}`, `:${port}`)),
    bucket: BUCKET,
  });
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 300)).toMatchObject({ status: "down" });
  }
  await expect.poll(() => streams, { timeout: 60_000 }).toBe(0);
});

test("where the commands cannot be imported it is down, and the reason says to give one", async () => {
  const module = "../../src/checks/internal/url/import-driver.ts";
  vi.doMock(module, () => ({
    importPackage: () => Promise.reject(new Error("Cannot find package '@aws-sdk/client-s3'")),
  }));
  vi.resetModules();
  onTestFinished(() => {
    vi.doUnmock(module);
    vi.resetModules();
  });
  const { s3: bundled } = await import("../../src/checks/s3.ts");
  const client = open(server.url);
  expect(await runCheck(bundled({ client, bucket: BUCKET }), 5000)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(
      /^The commands .* could not be imported: Cannot find .*"command"/,
    ),
  });
  const command = new HeadBucketCommand({ Bucket: BUCKET });
  expect(await runCheck(bundled({ client, command }), 5000)).toMatchObject({ status: "up" });
});

test("what is no client, no bucket and no command is refused, also by its type", () => {
  const client = open(server.url);
  const codeOf = (make: () => unknown) => haleErrorOf(make).code;
  // @ts-expect-error It sends nothing.
  expect(codeOf(() => s3({ client: new Map() }))).toBe("HALE_BAD_OPTION");
  expect(codeOf(() => s3({ client, bucket: "" }))).toBe("HALE_BAD_OPTION");
  // @ts-expect-error It is no command.
  expect(codeOf(() => s3({ client, command: { Bucket: BUCKET } }))).toBe("HALE_BAD_OPTION");
  const command = new HeadBucketCommand({ Bucket: BUCKET });
  expect(codeOf(() => s3({ client, bucket: BUCKET, command }))).toBe("HALE_BAD_OPTION");
});

faultContract("s3", "@aws-sdk/client-s3", {
  start: () => s3Server.start(),
  open: (url) => s3({ client: open(url), bucket: BUCKET }),
  wrongCredentials: unknown,
  // That a key is not known takes a second request.
  timeout: 2000,
});
