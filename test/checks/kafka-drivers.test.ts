// The newest one that runs on Node 20.
import { Admin, Consumer, Producer } from "platformatic-kafka1";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { identifyClient } from "../../src/checks/internal/clients/identify-client.ts";
import { type KafkaClient, kafka } from "../../src/checks/kafka.ts";
import type { Check } from "../../src/contract/check.ts";
import { ConfluentStandIn } from "../_support/confluent-stand-in.ts";
import { CONFLUENT_SURFACE, ofSurface } from "../_support/confluent-surface.ts";
import { type KafkaResponder, startKafkaResponder } from "../_support/kafka-responder.ts";
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

const silent = async () => `kafka://127.0.0.1:${await startTcp((socket) => socket.resume())}`;
const refusing = async () => `kafka://127.0.0.1:${await closedPort()}`;

function closing(check: Check): Check {
  onTestFinished(async () => void (await check.close?.()));
  return check;
}

/** Options of a client of `@platformatic/kafka` that tries once. */
const optionsOf = (url: string) => ({
  ...{ clientId: "tests", groupId: "billing", retries: 0, connectTimeout: 1000 },
  bootstrapBrokers: [new URL(url).host],
});

const PLATFORMATIC: Readonly<Record<string, (url: string) => KafkaClient & { close(): unknown }>> =
  {
    Admin: (url) => new Admin(optionsOf(url)),
    Producer: (url) => new Producer(optionsOf(url)),
    Consumer: (url) => new Consumer(optionsOf(url)),
  };

describe.each(Object.entries(PLATFORMATIC))("through %s of @platformatic/kafka", (kind, make) => {
  const open = (url: string) => {
    const client = make(url);
    onTestFinished(async () => {
      await Promise.resolve(client.close()).catch(() => {});
    });
    return client;
  };

  checkContract(`kafka through ${kind} of @platformatic/kafka`, {
    up: () => closing(kafka({ client: open(server.url) })),
    down: async () => closing(kafka({ client: open(await refusing()) })),
    hanging: async () => closing(kafka({ client: open(await silent()) })),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const service = await startService({ checks: { broker: open(server.url) } });
    await service.becomes("/health/deep", 200);
    expect(await runCheck(closing(kafka({ client: open(server.url) })), 5000)).toMatchObject({
      observations: { roundTrip: { value: expect.any(Number), unit: "ms" } },
    });
  });

  faultContract("kafka", `@platformatic/kafka ${kind}`, {
    start: startKafkaResponder,
    open,
    wrongCredentials: {
      none: "the stand-in for a broker has no SASL of the versions that it needs",
    },
    unsteady: ["refused", "hang"],
  });
});

/** Clients of Confluent's package, in whose place stands the surface of it over kafkajs. */
const CONFLUENT: Readonly<Record<string, (url: string) => Promise<KafkaClient>>> = {
  Kafka: async (url) => new ConfluentStandIn(url),
  async admin(url) {
    const client = new ConfluentStandIn(url).admin();
    await client.connect();
    return client;
  },
  async producer(url) {
    const client = new ConfluentStandIn(url).producer();
    await client.connect();
    return client as KafkaClient;
  },
  async consumer(url) {
    const client = new ConfluentStandIn(url).consumer();
    await client.connect();
    return client as KafkaClient;
  },
};

const withCredentials = (url: string) => url.replace("kafka://", "kafka://a:b@");

describe.each(Object.entries(CONFLUENT))("through %s of Confluent's package", (kind, open) => {
  checkContract(`kafka through ${kind} of Confluent's package`, {
    up: async () => closing(kafka({ client: await open(server.url) })),
    down: async () => closing(kafka({ client: await open(withCredentials(await refusing())) })),
    hanging: async () => closing(kafka({ client: await open(withCredentials(await silent())) })),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const service = await startService({ checks: { broker: await open(server.url) } });
    await service.becomes("/health/deep", 200);
  });
});

test.each(Object.entries(CONFLUENT_SURFACE))(
  "a client with the surface of the published %s of Confluent's package is recognised by it alone, and no other client",
  (_, surface) => {
    expect(identifyClient(ofSurface(surface))).toEqual({ kind: "kafka", kinds: ["kafka"] });
  },
);

test("the stand-in has no method that the published package lacks", () => {
  const own = new ConfluentStandIn(server.url);
  const kinds = {
    Kafka: own,
    Admin: own.admin(),
    Producer: own.producer(),
    Consumer: own.consumer(),
  };
  for (const [name, client] of Object.entries(kinds)) {
    const surface = new Set(
      CONFLUENT_SURFACE[name as keyof typeof CONFLUENT_SURFACE].replace(/\(\d\)/g, "").split(" "),
    );
    const methods = [
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(client)),
      ...Object.keys(client),
    ].filter((method) => method !== "constructor");
    expect(methods.length, name).toBeGreaterThan(0);
    expect(methods.filter((method) => !surface.has(method))).toEqual([]);
  }
});

test("a producer of Confluent's package that is not connected is down, and up once it is", async () => {
  const client = new ConfluentStandIn(server.url).producer();
  const check = closing(kafka({ client }));
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "down",
    reason: "Underlying client is not connected.",
  });
  await client.connect();
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
});

test("a consumer of Confluent's package tells nothing of itself, and is refused among consumers", () => {
  const consumer = new ConfluentStandIn(server.url).consumer();
  const client = new ConfluentStandIn(server.url);
  expect(haleErrorOf(() => kafka({ client, consumers: [consumer as never] })).code).toBe(
    "HALE_BAD_OPTION",
  );
});

faultContract("kafka", "Confluent's Kafka, a stand-in", {
  start: startKafkaResponder,
  open: (url) => new ConfluentStandIn(url),
  wrongCredentials: (url) => url.replace("correct-horse", "wr0ngpassword"),
  unsteady: ["refused", "hang", "wrong credentials"],
});
