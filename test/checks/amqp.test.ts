import { EventEmitter } from "node:events";
import { connect as manage } from "amqp-connection-manager";
import * as amqplib from "amqplib";
import { connect as connectWithCallback } from "amqplib/callback_api";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type AmqpClient, amqp } from "../../src/checks/amqp.ts";
import { fromUrl } from "../../src/checks/from-url.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { type FaultyServer, faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";

// A start of RabbitMQ takes some seconds of a processor.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let server: RunningServer;
beforeAll(async () => {
  server = await rabbitmq.start();
});
afterAll(() => server.stop());

/** One server for all, since it starts slowly. */
async function sharedServer(): Promise<FaultyServer> {
  const { url, port, pause, resume, kill, restart } = server;
  return { url, port, pause, resume, kill, restart, stop: async () => {} };
}

const quietly = (emitter: EventEmitter) => emitter.on("error", () => {});

async function connect(url = server.url): Promise<amqplib.ChannelModel> {
  const connection = await amqplib.connect(url);
  quietly(connection);
  onTestFinished(() => connection.close().catch(() => {}));
  return connection;
}

async function openChannel(url?: string): Promise<amqplib.Channel> {
  const channel = await (await connect(url)).createChannel();
  quietly(channel);
  return channel;
}

async function connectWithRecovery(url: string): Promise<amqplib.RecoveringChannelModel> {
  const connection = await amqplib.connect(url, {
    recovery: { waitForConnect: false, maxDelay: 100 },
  });
  quietly(connection);
  onTestFinished(() => connection.close());
  return connection;
}

function manager(url = server.url) {
  const client = manage(url, { reconnectTimeInSeconds: 0.1 });
  // It ends an attempt to connect first, which may hang until the test's own server ends.
  onTestFinished(() => void client.close().catch(() => {}));
  return client;
}

/** Clients of each kind; one that connects again by itself need not have a connection yet. */
const KINDS: Readonly<Record<string, (url: string) => AmqpClient | Promise<AmqpClient>>> = {
  "amqplib connection": connect,
  "amqplib channel": openChannel,
  "amqplib with recovery": connectWithRecovery,
  "amqp-connection-manager": manager,
};

const never = () => new Promise<never>(() => {});

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  checkContract(`amqp through ${kind}`, {
    up: async () => {
      const client = await open(server.url);
      const service = await startService({ checks: { broker: amqp({ client }) } });
      await service.becomes("/health/ready", 200);
      return amqp({ client });
    },
    down: async () => amqp({ client: closed(await open(server.url)) }),
    hanging: () => amqp({ client: { checkExchange: never } }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const service = await startService({ checks: { broker: await open(server.url) } });
    await service.becomes("/health/deep", 200);
    expect((await service.probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"broker":"ok"}}',
    );
  });
});

/** What each driver has once its connection is gone. */
function closed(client: AmqpClient): AmqpClient {
  if ("isConnected" in client) return { isConnected: () => false, connection: undefined };
  const call = async () => {
    throw new Error("Channel closed");
  };
  return "checkExchange" in client ? { checkExchange: call } : { createChannel: call };
}

test("a channel wrapper of amqp-connection-manager is recognised too", async () => {
  const wrapper = manager().createChannel();
  await wrapper.waitForConnect();
  const service = await startService({ checks: { broker: wrapper } });
  expect((await service.probe("/health/deep")).status).toBe(200);
});

test("one channel is opened for all probes, and closed with the health", async () => {
  const connection = await connect();
  const createChannel = vi.spyOn(connection, "createChannel");
  const check = amqp({ client: connection });
  for (let run = 0; run < 20; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect(createChannel).toHaveBeenCalledTimes(1);
  const channel = await createChannel.mock.results[0]?.value;
  await check.close?.();
  await expect(channel.checkExchange("amq.direct")).rejects.toThrow(/^Channel clos(ing|ed)/);
});

test("a channel of the check that was closed is opened again", async () => {
  const connection = await connect();
  const createChannel = vi.spyOn(connection, "createChannel");
  const check = amqp({ client: connection });
  await runCheck(check, 5000);
  const channel: amqplib.Channel = await createChannel.mock.results[0]?.value;
  await channel.close();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  expect(createChannel).toHaveBeenCalledTimes(2);
});

test("it tells the milliseconds of the round trip, and nothing of consumers where there are none", async () => {
  const { observations } = await runCheck(amqp({ client: await connect() }), 5000);
  expect(observations).toEqual({ roundTrip: { value: expect.any(Number), unit: "ms" } });
});

test("what works with callbacks is refused, with what is taken", async () => {
  const connection = await new Promise<unknown>((resolve, reject) => {
    connectWithCallback(server.url, (error, made) => (error ? reject(error) : resolve(made)));
  });
  onTestFinished(() => (connection as { close(): void }).close());
  const error = haleErrorOf(() => amqp({ client: connection as AmqpClient }));
  expect(error.code).toBe("HALE_UNSUPPORTED_CLIENT");
  expect(error.message).toContain("a connection of amqplib/callback_api");
});

describe("a consumer", () => {
  test("that runs is up, and is counted", async () => {
    const channel = await openChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { consumerTag } = await channel.consume(queue, () => {});
    const check = amqp({ client: channel, consumers: [{ channel, consumerTag }] });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { consumers: { value: 1, unit: "consumers" } },
    });
  });

  test("that the server has cancelled, since its queue is deleted, is down on a connection that lives", async () => {
    const channel = await openChannel();
    await channel.assertQueue("refunds", { durable: false });
    const { consumerTag } = await channel.consume("refunds", () => {}, { consumerTag: "refunder" });
    const check = amqp({ client: channel, consumers: [{ channel, consumerTag }] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await (await openChannel()).deleteQueue("refunds");
    expect(await channel.checkExchange("amq.direct")).toEqual({});
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "The consumer refunder has ended: the server or the service has cancelled it.",
      observations: { consumers: { value: 0, unit: "consumers" } },
    });
  });

  test("whose channel the server has closed is down on a connection that lives", async () => {
    const connection = await connect();
    const channel = await connection.createChannel();
    quietly(channel);
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { consumerTag } = await channel.consume(queue, () => {}, { consumerTag: "billing" });
    const check = amqp({ client: connection, consumers: [{ channel, consumerTag }] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await expect(channel.checkQueue("no-such-queue")).rejects.toThrow("NOT_FOUND");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "The consumer billing has ended: its channel is closed.",
    });
  });

  test("of amqp-connection-manager whose queue is deleted is down", async () => {
    const client = manager();
    const channel = client.createChannel({ confirm: false });
    quietly(channel);
    await channel.waitForConnect();
    await channel.assertQueue("wrapped", { durable: false });
    const { consumerTag } = await channel.consume("wrapped", () => {});
    const check = amqp({ client, consumers: [{ channel, consumerTag }] });
    const service = await startService({ checks: { broker: check } });
    await service.becomes("/health/ready", 200);
    await (await openChannel()).deleteQueue("wrapped");
    await service.becomes("/health/ready", 503);
    // The manager tries for ever, at times with a new connection.
    expect(await service.reasonOf("broker")).toMatch(
      /^The consumer \S+ has ended|404|disconnected/,
    );
  });

  test("is asked for anew at each run, where a function tells the consumers of the moment", async () => {
    const channel = await openChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    let consumerTag = "none yet";
    const check = amqp({ client: channel, consumers: () => [{ channel, consumerTag }] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
    ({ consumerTag } = await channel.consume(queue, () => {}));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("that a channel does not tell of is down, since nobody knows", async () => {
    const channel = { checkExchange: async () => ({}) };
    const check = amqp({ client: channel, consumers: [{ channel, consumerTag: "a" }] });
    expect(await runCheck(check)).toMatchObject({
      status: "down",
      reason: "The consumer a cannot be seen: this version of amqplib does not tell.",
    });
  });
});

describe("a queue", () => {
  test("is up while it has a consumer, and degraded, then down, by the messages in it", async () => {
    const [client, channel] = [await connect(), await openChannel()];
    await channel.assertQueue("orders", { durable: false, autoDelete: true });
    await channel.prefetch(1);
    await channel.consume("orders", () => {});
    const check = amqp({ client, queues: ["orders"], lag: { degraded: 2, down: 3 } });
    const send = async (count: number) => {
      for (let message = 0; message < count; message++) {
        channel.sendToQueue("orders", Buffer.from("an order"));
      }
      await channel.checkQueue("orders");
    };
    // The first one is with the consumer, which does not acknowledge it.
    await send(2);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { lag: { value: 1, unit: "messages" } },
    });
    await send(1);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "The queue orders is 2 messages behind; the limit is 2.",
    });
    await send(1);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
  });

  test("that nobody consumes is down, and so is one that is not there; each is told", async () => {
    const [client, channel] = [await connect(), await openChannel()];
    await channel.assertQueue("left", { durable: false, exclusive: false });
    onTestFinished(() => channel.deleteQueue("left").then(() => {}));
    const check = amqp({ client, queues: ["left", "no-such-queue"] });
    for (let run = 0; run < 2; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "The queue left has no consumer. The queue no-such-queue is not there.",
      });
    }
  });

  test("is not asked for over a channel of the service, which would be closed by it", () => {
    const { code, message } = haleErrorOf(() =>
      amqp({ client: { checkExchange: never }, queues: ["orders"] }),
    );
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain("a connection");
  });
});

test("a server with an alarm is degraded over a connection, its channel or a manager that has published, down over one that had before the check was made, and up over one that has not", async () => {
  const own = await rabbitmq.start({ memoryAlarm: true });
  onTestFinished(() => own.stop());
  const [publisher, reader] = [await connect(own.url), await connect(own.url)];
  const [blocked, up] = [amqp({ client: publisher }), amqp({ client: reader })];
  const hasBlocked = new Promise((resolve) => publisher.once("blocked", resolve));
  const channel = await publisher.createChannel();
  quietly(channel);
  const throughChannel = amqp({ client: channel });
  const managed = manager(own.url);
  const throughManager = amqp({ client: managed });
  const hasBlockedManaged = new Promise((resolve) => managed.once("blocked", resolve));
  const wrapper = managed.createChannel();
  await wrapper.waitForConnect();
  const order = ["amq.direct", "none", Buffer.from("order")] as const;
  channel.publish(...order);
  // The server never confirms it.
  wrapper.publish(...order).catch(() => {});
  await Promise.all([hasBlocked, hasBlockedManaged]);
  for (const check of [blocked, throughChannel, throughManager]) {
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The server accepts no messages for now: low on memory/),
    });
  }
  expect(await runCheck(up, 5000)).toMatchObject({ status: "up" });
  // A connection of its own never publishes, so it is not blocked.
  const throughUrl = fromUrl(own.url);
  expect(await runCheck(throughUrl, 10_000)).toMatchObject({ status: "up" });
  // Nothing says that the connection was blocked before the check was made, and the server reads nothing of it.
  const lateChecks = [
    amqp({ client: publisher }),
    amqp({ client: publisher, queues: ["orders"] }),
    amqp({ client: publisher, consumers: [{ channel, consumerTag: "none" }] }),
  ];
  for (const late of lateChecks) {
    expect(await runCheck(late, 1000)).toMatchObject({
      status: "down",
      code: "HALE_TIMEOUT",
    });
  }
  const made = [blocked, throughChannel, throughManager, up, throughUrl, ...lateChecks];
  for (const check of made) await check.close?.();
});

test("a server that accepts no messages is degraded until it does again", async () => {
  const client = Object.assign(new EventEmitter(), {
    createChannel: async () => Object.assign(new EventEmitter(), { checkExchange: async () => {} }),
  });
  const check = amqp({ client });
  client.emit("blocked", "low on disk");
  expect(await runCheck(check)).toMatchObject({
    status: "degraded",
    reason: "The server accepts no messages for now: low on disk.",
  });
  client.emit("unblocked");
  expect(await runCheck(check)).toMatchObject({ status: "up" });
  await check.close?.();
  expect(client.eventNames()).toEqual([]);
});

test.each([
  ["consumers", [{ consumerTag: "a" }]],
  ["queues", "orders"],
  ["queues", [""]],
  ["lag", {}],
])("%s that are something else are refused: %o", (option, value) => {
  const { code, message } = haleErrorOf(() =>
    amqp({ client: { createChannel: never }, [option]: value } as never),
  );
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(`"${option}"`);
});

/** What a connection that must be there before it is passed cannot meet; `fromUrl` does. */
const BEFORE = "`connect()` gives no connection before it is connected: see fromUrl";
const ITS_OWN = "down: a single connection is the service's to open again";
const withWrongPassword = (url: string) => url.replace("correct-horse", "wr0ngpassword");

describe.each(["amqplib connection", "amqplib channel"])("%s", (kind) => {
  faultContract("amqp", kind, {
    start: sharedServer,
    open: (url) => KINDS[kind]?.(url) as Promise<AmqpClient>,
    wrongCredentials: { none: BEFORE },
    explained: { refused: BEFORE, hang: BEFORE, recovered: ITS_OWN },
  });
});

describe.each(["amqplib with recovery", "amqp-connection-manager"])("%s", (kind) => {
  faultContract("amqp", kind, {
    start: sharedServer,
    open: (url) => KINDS[kind]?.(url) as AmqpClient,
    wrongCredentials: withWrongPassword,
    // The first run may come before the first attempt to connect has failed.
    unsteady: ["refused", "hang", "wrong credentials"],
  });
});

faultContract("amqp", "fromUrl", {
  start: sharedServer,
  open: (url) => fromUrl(url),
  wrongCredentials: withWrongPassword,
});

test("a list with a wrong entry is refused by that entry, without its text", () => {
  const client = new EventEmitter() as never;
  const made = () => amqp({ client, consumers: ["a secret"] as never });
  expect(haleErrorOf(made).message).toContain("but is a list of 1. Its entry 0 is a string.");
});
