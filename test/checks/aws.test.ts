import { createServer } from "node:http";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type AwsClient, aws } from "../../src/checks/aws.ts";
import { createHealth } from "../../src/health.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
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

/** Makes a client, which ends with the test. */
function open(url: string): S3Client {
  const { origin, username, password } = new URL(url);
  const client = new S3Client({
    region: "eu-central-1",
    endpoint: origin,
    forcePathStyle: true,
    credentials: { accessKeyId: username, secretAccessKey: password },
  });
  onTestFinished(() => client.destroy());
  return client;
}

const at = (port: number) => server.url.replace(`:${server.port}`, `:${port}`);
const command = new HeadBucketCommand({ Bucket: BUCKET });

checkContract("aws through a client of S3", {
  up: () => aws({ client: open(server.url), command }),
  down: async () => aws({ client: open(at(await closedPort())), command }),
  hanging: async () =>
    aws({ client: open(at(await startTcp((socket) => socket.resume()))), command }),
});

/** A service of AWS that answers everything in one way. */
async function answering(status: number, body: object): Promise<string> {
  const stand = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(body));
  });
  const { base, close } = await serve(stand);
  onTestFinished(close);
  return base;
}

const options = (endpoint: string) => ({
  region: "eu-central-1",
  endpoint,
  maxAttempts: 1,
  credentials: { accessKeyId: "A", secretAccessKey: "B" },
});

/** Asks a queue and a table of a service that answers in one way. */
async function outcomesOf(status: number, body: object) {
  const endpoint = await answering(status, body);
  const queue = new SQSClient(options(endpoint));
  const table = new DynamoDBClient(options(endpoint));
  onTestFinished(() => {
    queue.destroy();
    table.destroy();
  });
  const QueueUrl = `${endpoint}/1/orders`;
  return Promise.all([
    runCheck(aws({ client: queue, command: new GetQueueAttributesCommand({ QueueUrl }) }), 5000),
    runCheck(
      aws({ client: table, command: new DescribeTableCommand({ TableName: "orders" }) }),
      5000,
    ),
  ]);
}

test("a queue and a table whose service carries the command out are up", async () => {
  expect(await outcomesOf(200, {})).toMatchObject([{ status: "up" }, { status: "up" }]);
});

test("a service that does not allow the command is degraded, and says so", async () => {
  const body = { __type: "AccessDeniedException", message: "not authorized to perform: it" };
  const degraded = {
    status: "degraded",
    reason: "The service answered 400: AccessDeniedException: not authorized to perform: it",
  };
  expect(await outcomesOf(400, body)).toMatchObject([degraded, degraded]);
});

test.each(["ResourceNotFoundException", "UnrecognizedClientException"])(
  "a service that answers %s is down",
  async (__type) => {
    const down = { status: "down", reason: expect.stringContaining(__type) };
    expect(await outcomesOf(400, { __type, message: "no" })).toMatchObject([down, down]);
  },
);

test("a client without a command is refused, with how to give one", () => {
  const client = new SNSClient({ region: "eu-central-1" });
  onTestFinished(() => client.destroy());
  const checks = { topics: client as never };
  const { code, message } = haleErrorOf(() => createHealth({ logger: false, checks }));
  expect(code).toBe("HALE_UNSUPPORTED_CLIENT");
  expect(message).toContain('is a client of aws(), whose option "command" must be given');
  expect(haleErrorOf(() => aws({ client } as never)).message).toContain('The option "command"');
});

test("a call that promises nothing is down", async () => {
  const client = { send: () => undefined } as unknown as AwsClient;
  expect(await runCheck(aws({ client, command }))).toMatchObject({
    status: "down",
    reason: "Expected a promise, got undefined.",
  });
});

faultContract("aws", "@aws-sdk, a command of S3", {
  start: () => s3Server.start(),
  open: (url) => aws({ client: open(url), command }),
  wrongCredentials: (url) => url.replace("S3RVER:S3RVER", "NOBODY:wrong-horse"),
});
