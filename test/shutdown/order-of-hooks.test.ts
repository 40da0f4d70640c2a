import * as amqplib from "amqplib";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { amqp } from "../../src/checks/amqp.ts";
import { createHealth } from "../../src/health.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { Hook } from "../../src/shutdown/hooks.ts";
import { FakeProcess } from "../_support/fake-process.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";

// A start of RabbitMQ takes some seconds of a processor.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let server: RunningServer;
beforeAll(async () => {
  server = await rabbitmq.start();
});
afterAll(() => server.stop());

/** Runs hooks of `onClose`, and resolves to the error lines. */
async function errorsOf(onClose: Record<string, Hook>): Promise<string[]> {
  const lines: string[] = [];
  const error = (line: string) => void lines.push(line.replace(/\d+ ms/, "… ms"));
  const health = createHealth({ logger: { info() {}, warn() {}, error } });
  const shutdown = composeShutdown({ health, onClose }, new FakeProcess().environment);
  onTestFinished(() => shutdown.dispose());
  await shutdown.begin();
  return lines.slice(0, -1);
}

async function connect() {
  const connection = await amqplib.connect(server.url);
  const channel = await connection.createChannel();
  return { connection, channel };
}

test("a hook that fails after others names them, since they may have closed what it uses", async () => {
  const { connection, channel } = await connect();
  const failed = await errorsOf({
    channel: () => channel.close(),
    broker: () => connection.close(),
    cache: async () => {},
  });
  expect(failed).toEqual([
    'hale: onClose "channel" failed after … ms: Channel closed (hooks of onClose run in reverse order; before this one: "cache", "broker")',
  ]);
});

test("in the order of opening the same hooks succeed, and one that fails first names no other", async () => {
  const { connection, channel } = await connect();
  const failed = await errorsOf({
    broker: () => connection.close(),
    channel: () => channel.close(),
    cache: () => Promise.reject(new Error("refused")),
  });
  expect(failed).toEqual(['hale: onClose "cache" failed after … ms: refused']);
});

test("a worker that cancels its own consumer in onDrain raises no warning", async () => {
  const { connection: client, channel } = await connect();
  const { queue } = await channel.assertQueue("", { exclusive: true });
  const { consumerTag } = await channel.consume(queue, () => {});
  const lines: string[] = [];
  const write = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const logger = { info: write("info"), warn: write("warn"), error: write("error") };
  const broker = amqp({ client, consumers: [{ channel, consumerTag }], interval: 100 });
  const health = createHealth({ checks: { broker }, logger });
  await health.whenReady();
  const isDown = new Promise<void>((resolve) => {
    health.on("change", ({ to }) => to === "down" && resolve());
  });
  const onDrain = { messages: () => channel.cancel(consumerTag) };
  const onClose = { broker: () => client.close(), look: () => isDown };
  const options = { health, onDrain, onClose, hookTimeout: 60_000 };
  const shutdown = composeShutdown(options, new FakeProcess().environment);
  onTestFinished(() => shutdown.dispose());
  expect(await shutdown.begin()).toMatchObject({ code: 0 });
  expect(lines.filter((line) => !line.startsWith("info "))).toEqual([]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^info hale: check broker is down, was up, while draining: .*cancelled/),
  );
});
