import {
  type Admin,
  type Consumer,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Producer,
} from "kafkajs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { kafka } from "../../src/checks/kafka.ts";
import { type KafkaResponder, startKafkaResponder, TOPIC } from "../_support/kafka-responder.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";

let server: KafkaResponder;
beforeAll(async () => {
  server = await startKafkaResponder();
});
afterAll(() => server.stop());

async function startServer(): Promise<KafkaResponder> {
  const own = await startKafkaResponder();
  onTestFinished(() => own.stop());
  return own;
}

function configOf(url: string): KafkaConfig {
  const { host, username, password } = new URL(url);
  return {
    clientId: "tests",
    brokers: [host],
    sasl: { mechanism: "plain", username, password },
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 1 },
  };
}

const factory = (url = server.url) => new Kafka(configOf(url));

async function connected<C extends Admin | Consumer | Producer>(client: C): Promise<C> {
  onTestFinished(() => client.disconnect().catch(() => {}));
  await client.connect();
  return client;
}

/** A consumer that has joined its group. */
async function running(url = server.url, eachMessage = async () => {}): Promise<Consumer> {
  const consumer = await connected(
    factory(url).consumer({ groupId: "billing", heartbeatInterval: 50 }),
  );
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.subscribe({ topic: TOPIC });
  await consumer.run({ eachMessage });
  await joined;
  return consumer;
}

const KINDS = {
  Kafka: async (url: string) => factory(url),
  admin: (url: string) => connected(factory(url).admin()),
  consumer: (url: string) => running(url),
};

const refusing = async () => factory(`kafka://a:b@127.0.0.1:${await closedPort()}`);
const silent = async () =>
  factory(`kafka://a:b@127.0.0.1:${await startTcp((socket) => socket.resume())}`);
const never = () => new Promise<never>(() => {});

describe.each(Object.entries(KINDS))("through kafkajs %s", (kind, open) => {
  checkContract(`kafka through kafkajs ${kind}`, {
    up: async () => closing(kafka({ client: await open(server.url) })),
    down: async () => closing(kafka({ client: await refusing() })),
    hanging: async () => closing(kafka({ client: await silent() })),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const service = await startService({ checks: { broker: await open(server.url) } });
    await service.becomes("/health/deep", 200);
    expect((await service.probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"broker":"ok"}}',
    );
  });

  test("it tells the milliseconds of the round trip", async () => {
    const check = closing(kafka({ client: await open(server.url) }));
    expect(await runCheck(check, 5000)).toMatchObject({
      observations: { roundTrip: { value: expect.any(Number), unit: "ms" } },
    });
  });
});

function closing(check: ReturnType<typeof kafka>) {
  onTestFinished(async () => {
    await check.close?.();
  });
  return check;
}

test("no probe opens a connection once there is one", async () => {
  const own = await startServer();
  const check = closing(kafka({ client: factory(own.url) }));
  await runCheck(check, 5000);
  const before = own.connections;
  for (let run = 0; run < 20; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  expect(own.connections).toBe(before);
});

describe("a producer", () => {
  test("is recognised, and is up while its requests are answered", async () => {
    const producer = await connected(factory().producer());
    const { probe } = await startService({ checks: { broker: producer } });
    expect((await probe("/health/deep")).status).toBe(200);
  });

  test("that is disconnected is down, and up once it is connected again", async () => {
    const producer = await connected(factory().producer());
    const check = closing(kafka({ client: producer }));
    await producer.disconnect();
    expect(await runCheck(check)).toMatchObject({
      status: "down",
      reason: 'The client is not connected: its state is "disconnected".',
    });
    await producer.connect();
    expect(await runCheck(check)).toMatchObject({ status: "up" });
  });
});

describe("a consumer", () => {
  test("that runs is up, and is counted, with the messages that waited after its last batch", async () => {
    const own = await startServer();
    const consumer = factory(own.url).consumer({ groupId: "billing", heartbeatInterval: 50 });
    await connected(consumer);
    const check = closing(
      kafka({ client: factory(own.url), consumers: [consumer], lag: { degraded: 5 } }),
    );
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    own.answers.messages = 8;
    const done = new Promise((resolve) => consumer.on(consumer.events.END_BATCH_PROCESS, resolve));
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({ eachMessage: async () => {} });
    await done;
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "The consumer of the group billing is 7 messages behind; the limit is 5.",
      observations: {
        consumers: { value: 1, unit: "consumers" },
        lag: { value: 7, unit: "messages" },
      },
    });
  });

  test("that has crashed is down on a cluster that answers", async () => {
    const own = await startServer();
    const consumer = await running(own.url);
    const check = closing(kafka({ client: factory(own.url), consumers: [consumer] }));
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const crashed = new Promise((resolve) => consumer.on(consumer.events.CRASH, resolve));
    own.answers.heartbeatError = 30;
    await crashed;
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason:
        "The consumer of the group billing has crashed, and will not start again: Not authorized to access group: Group authorization failed.",
      observations: { consumers: { value: 0, unit: "consumers" } },
    });
  });

  test("that was stopped is down, as a client too, and up once it runs again", async () => {
    const consumer = await running();
    const check = closing(kafka({ client: consumer }));
    await consumer.stop();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/ was stopped\.$/),
    });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ eachMessage: async () => {} });
    await joined;
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("that hangs in a message, and so sends no heartbeat, is down", async () => {
    const own = await startServer();
    own.answers.messages = 1;
    let letGo = () => {};
    const hangs = () => new Promise<void>((resolve) => (letGo = resolve));
    const consumer = factory(own.url).consumer({ groupId: "billing", heartbeatInterval: 20 });
    await connected(consumer);
    onTestFinished(() => letGo());
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    const check = kafka({ client: factory(own.url), consumers: [consumer], heartbeatWithin: 500 });
    await consumer.run({ eachMessage: hangs });
    const service = await startService({ checks: { broker: check } });
    await service.becomes("/health/ready", 503);
    expect(await service.reasonOf("broker")).toMatch(
      /^The consumer of the group billing has sent no heartbeat for 0\.\d s\.$/,
    );
    letGo();
    await service.becomes("/health/ready", 200);
  });

  test("is no longer listened to once the health is closed", async () => {
    const removed: string[] = [];
    const consumer = {
      events: { STOP: "stop", CRASH: "crash" },
      on: (event: string) => () => void removed.push(event),
      describeGroup: never,
    };
    const check = kafka({ client: { admin: never as never }, consumers: [consumer as never] });
    await check.close?.();
    expect(removed).toEqual(["stop", "crash"]);
  });
});

test.each([
  ["consumers", [{}]],
  ["heartbeatWithin", 0],
  ["lag", {}],
])("%s that are something else are refused: %o", (option, value) => {
  const { code, message } = haleErrorOf(() =>
    kafka({ client: { admin: never }, [option]: value } as never),
  );
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(`"${option}"`);
});

test("the first broker of a URL with several is not the only one that is tried", async () => {
  const { username, password, host } = new URL(server.url);
  const url = `kafka://${username}:${password}@127.0.0.1:${await closedPort()},${host}`;
  const service = await startService({ checks: { broker: fromUrl(url) } });
  await service.becomes("/health/ready", 200);
});

const withWrongPassword = (url: string) => url.replace("correct-horse", "wr0ngpassword");
const BEFORE = "it is there only once it is connected: see Kafka";

faultContract("kafka", "kafkajs Kafka", {
  start: startKafkaResponder,
  open: (url) => factory(url),
  wrongCredentials: withWrongPassword,
  unsteady: ["refused", "hang", "wrong credentials"],
});

faultContract("kafka", "kafkajs admin", {
  start: startKafkaResponder,
  open: KINDS.admin,
  wrongCredentials: { none: BEFORE },
  explained: { refused: BEFORE, hang: BEFORE },
});

faultContract("kafka", "fromUrl", {
  start: startKafkaResponder,
  open: (url) => fromUrl(url),
  wrongCredentials: withWrongPassword,
  unsteady: ["refused", "hang", "wrong credentials"],
});
