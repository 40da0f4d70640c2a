import * as amqplib from "amqplib";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
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
