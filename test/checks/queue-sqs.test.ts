import { createServer } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { type QueueSqsOptions, queue } from "../../src/checks/queue.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";

/** What a stand-in of SQS has been asked. */
interface Asked {
  readonly action: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A stand-in for SQS, whose JSON protocol it answers in one way. */
async function startSqs(status: number, answer: object, asked: Asked[] = []): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({
      action: String(request.headers["x-amz-target"]),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer));
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return base;
}

function open(endpoint: string): SQSClient {
  const client = new SQSClient({
    ...{ region: "eu-central-1", endpoint, maxAttempts: 1 },
    credentials: { accessKeyId: "A", secretAccessKey: "B" },
  });
  onTestFinished(() => client.destroy());
  return client;
}

const name = "https://sqs.eu-central-1.amazonaws.com/1/orders";
const depth = (messages: number) => ({
  Attributes: { ApproximateNumberOfMessages: `${messages}` },
});
const at = (port: number) => open(`http://127.0.0.1:${port}`);

checkContract("queue of SQS", {
  up: async () => queue({ client: open(await startSqs(200, depth(0))), name }),
  down: async () => queue({ client: at(await closedPort()), name }),
  hanging: async () => queue({ client: at(await startTcp((socket) => socket.resume())), name }),
});

test("asks for the depth of the queue alone, and judges it", async () => {
  const asked: Asked[] = [];
  const client = open(await startSqs(200, depth(7), asked));
  expect(await runCheck(queue({ client, name, waiting: { degraded: 8 } }), 5000)).toMatchObject({
    status: "up",
    observations: { waiting: { value: 7, unit: "jobs" } },
  });
  expect(await runCheck(queue({ client, name, waiting: { down: 7 } }), 5000)).toMatchObject({
    status: "down",
    reason: "7 jobs wait; from 7 on it is down.",
  });
  expect(asked[0]).toEqual({
    action: "AmazonSQS.GetQueueAttributes",
    body: { QueueUrl: name, AttributeNames: ["ApproximateNumberOfMessages"] },
  });
});

test("sends the command that a bundled service gives it", async () => {
  const asked: Asked[] = [];
  const client = open(await startSqs(200, depth(0), asked));
  const AttributeNames = ["All"] as const;
  const command = new GetQueueAttributesCommand({
    QueueUrl: name,
    AttributeNames: [...AttributeNames],
  });
  await runCheck(queue({ client, name, command }), 5000);
  expect(asked[0]?.body).toEqual({ QueueUrl: name, AttributeNames });
});

test("that is not there is down, and one that may not be asked is degraded", async () => {
  const run = async (status: number, type: string) =>
    runCheck(queue({ client: open(await startSqs(status, { __type: type })), name }), 5000);
  expect(await run(400, "com.amazonaws.sqs#QueueDoesNotExist")).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^SQS answered 400: .*QueueDoesNotExist/),
  });
  expect(await run(403, "com.amazonaws.sqs#AccessDeniedException")).toMatchObject({
    status: "degraded",
    reason: expect.stringMatching(/^SQS answered 403: AccessDenied/),
  });
});

test("an answer without the depth is down", async () => {
  const client = open(await startSqs(200, {}));
  expect(await runCheck(queue({ client, name }), 5000)).toMatchObject({
    status: "down",
    reason: "Expected ApproximateNumberOfMessages, got undefined.",
  });
});

test("may come from a function", async () => {
  const client = open(await startSqs(200, depth(3)));
  expect(await runCheck(queue({ client: () => client, name }), 5000)).toMatchObject({
    status: "up",
    observations: { waiting: { value: 3 } },
  });
});

test.each([
  { oldest: {} },
  { failed: {} },
  { workers: {} },
  { layout: "list" },
  { group: "mailers" },
  { command: {} },
])("an option that SQS does not have is refused: %j", (options) => {
  const client = open("http://127.0.0.1:1");
  const wrong = { client, name, ...options } as unknown as QueueSqsOptions;
  expect(haleErrorOf(() => queue(wrong)).code).toBe("HALE_BAD_OPTION");
});

test("a client of another service is refused", () => {
  const client = new DynamoDBClient({ region: "eu-central-1" });
  onTestFinished(() => client.destroy());
  const { code, message } = haleErrorOf(() => queue({ client, name }));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain("or an SQSClient, or a function that returns one");
});
