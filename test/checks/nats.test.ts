import * as transport from "@nats-io/transport-node";
import * as v2 from "nats";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type NatsClient, type NatsSubscription, nats } from "../../src/checks/nats.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { nats as natsServer } from "../servers/nats.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await natsServer.start();
});
afterAll(() => server.stop());

/** A connection with what the tests do through it, of both packages. */
interface Connection extends NatsClient {
  readonly info?: { readonly client_id: number };
  subscribe(subject: string): Subscription;
  publish(subject: string): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Subscription extends NatsSubscription, AsyncIterable<unknown> {
  unsubscribe(): void;
  getID(): number;
}

const optionsFor = (url: string) => {
  const { host: servers, username: user, password: pass } = new URL(url);
  return { servers, user, pass, maxReconnectAttempts: -1, reconnectTimeWait: 100 };
};

/** Opens a connection, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string) => Promise<Connection>>> = {
  nats: async (url) => ending(await v2.connect(optionsFor(url))),
  "@nats-io transport-node": async (url) => ending(await transport.connect(optionsFor(url))),
};

function ending<C extends Connection>(connection: C): C {
  onTestFinished(() => connection.close());
  return connection;
}

async function startServer(): Promise<RunningServer> {
  const own = await natsServer.start();
  onTestFinished(() => own.stop());
  return own;
}

const withWrongPassword = (url: string) => url.replace("correct-horse", "wr0ngpassword");
const never = () => new Promise<never>(() => {});
const silent: NatsClient = { rtt: never, isClosed: () => false, isDraining: () => false };

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  checkContract(`nats through ${kind}`, {
    up: async () => nats({ client: await open(server.url) }),
    down: async () => {
      const client = await open(server.url);
      await client.close();
      return nats({ client });
    },
    hanging: () => nats({ client: silent }),
  });

  test("the connection is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { broker: await open(server.url) } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"broker":"ok"}}',
    });
  });

  test("it tells the milliseconds of the round trip, and nothing of consumers where there are none", async () => {
    const { observations } = await runCheck(nats({ client: await open(server.url) }), 5000);
    expect(observations).toEqual({ roundTrip: { value: expect.any(Number), unit: "ms" } });
  });

  test("a server that stands still has one PING to answer, and the check is up once it has", async () => {
    const own = await startServer();
    const client = await open(own.url);
    let pings = 0;
    const counting = {
      rtt: () => {
        pings += 1;
        return client.rtt();
      },
      isClosed: () => client.isClosed(),
      isDraining: () => client.isDraining(),
    };
    const service = await startService({
      checks: { broker: counting },
      defaults: { timeout: 200 },
    });
    await service.becomes("/health/ready", 200);
    await own.pause();
    const before = pings;
    for (let probe = 0; probe < 5; probe++) {
      expect((await service.probe("/health/ready")).status).toBe(503);
    }
    expect(pings - before).toBe(1);
    await own.resume();
    await service.becomes("/health/ready", 200);
  });

  test("a connection that is lost is down at once", async () => {
    const own = await startServer();
    const client = await open(own.url);
    const service = await startService({ checks: { broker: client } });
    await service.becomes("/health/ready", 200);
    await own.kill();
    await service.becomes("/health/ready", 503);
    expect(await runCheck(nats({ client }), 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/disconnect/i),
    });
  });

  test("no probe opens a connection or a subscription", async () => {
    const own = await startServer();
    const client = await open(own.url);
    const subscription = client.subscribe("orders");
    const check = nats({ client, consumers: [subscription] });
    const service = await startService({ checks: { broker: check } });
    await service.becomes("/health/ready", 200);
    for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
    // The server numbers clients as they come, and the connection numbers its subscriptions.
    const idOf = ({ info }: Connection) => info?.client_id ?? Number.NaN;
    expect(idOf(await open(own.url)) - idOf(client)).toBe(1);
    const next = client.subscribe("orders");
    expect(next.getID() - subscription.getID()).toBe(1);
  });

  describe("a subscription", () => {
    test("that runs is up, and is counted with the messages that wait for it", async () => {
      const client = await open(server.url);
      const subscription = client.subscribe("orders");
      for (let message = 0; message < 3; message++) client.publish("orders");
      await client.flush();
      const check = nats({ client, consumers: [subscription] });
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "up",
        observations: {
          consumers: { value: 1, unit: "consumers" },
          lag: { value: 3, unit: "messages" },
        },
      });
    });

    test("that nobody serves is degraded, then down, by the messages that wait for it", async () => {
      const client = await open(server.url);
      const check = nats({
        client,
        consumers: [client.subscribe("orders")],
        lag: { degraded: 2, down: 4 },
      });
      const publish = async () => {
        for (let message = 0; message < 2; message++) client.publish("orders");
        await client.flush();
      };
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
      await publish();
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "degraded",
        reason: "The subscription to orders is 2 messages behind; the limit is 2.",
      });
      await publish();
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "The subscription to orders is 4 messages behind; the limit is 4.",
      });
    });

    test("that has ended is down on a connection that lives", async () => {
      const client = await open(server.url);
      const [orders, refunds] = [client.subscribe("orders"), client.subscribe("refunds")];
      const check = nats({ client, consumers: [orders, refunds] });
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
      refunds.unsubscribe();
      for await (const _ of refunds) expect.unreachable();
      expect(await client.rtt()).toEqual(expect.any(Number));
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "The subscription to refunds has ended.",
        observations: { consumers: { value: 1, unit: "consumers" } },
      });
    });

    test("whose loop has thrown is down on a connection that lives", async () => {
      const client = await open(server.url);
      const subscription = client.subscribe("orders");
      const check = nats({ client, consumers: [subscription] });
      const loop = (async () => {
        for await (const _ of subscription) throw new Error("a message that cannot be read");
      })();
      client.publish("orders");
      await expect(loop).rejects.toThrow("cannot be read");
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "The subscription to orders has ended.",
      });
    });

    test("that the server refuses is down on a connection that lives", async () => {
      const client = await open(server.url);
      const subscription = client.subscribe("forbidden");
      const check = nats({ client, consumers: [subscription] });
      const loop = (async () => {
        for await (const _ of subscription) expect.unreachable();
      })();
      await expect(loop).rejects.toThrow(/permissions violation/i);
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: "The subscription to forbidden has ended.",
      });
    });
  });
});

describe("JetStream, through nats", () => {
  async function startStream() {
    const client = ending(await v2.connect(optionsFor(server.url)));
    const manager = await client.jetstreamManager();
    await manager.streams.add({ name: "ORDERS", subjects: ["orders.>"] });
    onTestFinished(() => manager.streams.delete("ORDERS").then(() => {}));
    const settings = { durable_name: "billing", ack_policy: v2.AckPolicy.Explicit };
    await manager.consumers.add("ORDERS", settings);
    const stream = client.jetstream();
    return { client, manager, stream, consumer: await stream.consumers.get("ORDERS", "billing") };
  }

  test("a consumer is as far behind as the server says", async () => {
    const { client, stream, consumer } = await startStream();
    const check = nats({ client, consumers: [consumer], lag: { degraded: 2 } });
    await stream.publish("orders.new");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { lag: { value: 1, unit: "messages" } },
    });
    await stream.publish("orders.new");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "The consumer billing of ORDERS is 2 messages behind; the limit is 2.",
    });
  });

  test("a consumer is down, and says so, while its client is connected to a server without JetStream", async () => {
    const [first, second] = [await startServer(), await natsServer.start({ jetstream: false })];
    onTestFinished(() => second.stop());
    const options = { ...optionsFor(first.url), noRandomize: true };
    const servers = [first, second].map(({ url }) => new URL(url).host);
    const client = ending(await v2.connect({ ...options, servers }));
    const manager = await client.jetstreamManager();
    await manager.streams.add({ name: "ORDERS", subjects: ["orders.>"] });
    const settings = { durable_name: "billing", ack_policy: v2.AckPolicy.Explicit };
    await manager.consumers.add("ORDERS", settings);
    const consumer = await client.jetstream().consumers.get("ORDERS", "billing");
    const check = nats({ client, consumers: [consumer] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await first.kill();
    const isElsewhere = () => runCheck(nats({ client }), 5000).then(({ status }) => status);
    await expect.poll(isElsewhere, { timeout: 20_000 }).toBe("up");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/^No JetStream answers: it is switched off, or not ready, /),
    });
  });

  test("a consumer that was deleted is down on a connection that lives", async () => {
    const { client, manager, consumer } = await startStream();
    const check = nats({ client, consumers: [consumer] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await manager.consumers.delete("ORDERS", "billing");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "consumer not found (404)",
    });
  });

  test("messages that are no longer consumed are down on a connection that lives", async () => {
    const { client, consumer } = await startStream();
    const messages = await consumer.consume({ callback: () => {} });
    const check = nats({ client, consumers: [messages, consumer] });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { consumers: { value: 2, unit: "consumers" } },
    });
    await messages.close();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: "The consumption of a JetStream consumer has ended.",
    });
  });
});

test.each([
  ["consumers", [{}]],
  ["consumers", {}],
  ["lag", { degraded: 3, down: 2 }],
  ["lag", 3],
])("%s that are something else are refused: %o", (option, value) => {
  const { code, message } = haleErrorOf(() => nats({ client: silent, [option]: value } as never));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(`"${option}"`);
});

test("the first server of a URL with several is not the only one that is tried", async () => {
  const { username, password, host } = new URL(server.url);
  const url = `nats://${username}:${password}@127.0.0.1:${await closedPort()},${host}`;
  const service = await startService({ checks: { broker: fromUrl(url) } });
  await service.becomes("/health/ready", 200);
});

test("a name alone in a URL is a token", async () => {
  const lines: string[] = [];
  const port = await startTcp((socket) => {
    socket.write('INFO {"server_id":"x","version":"2.9.0","max_payload":1024}\r\n');
    socket.on("data", (bytes) => {
      lines.push(bytes.toString());
      socket.write("PONG\r\n");
    });
  });
  const service = await startService({
    checks: { broker: fromUrl(`nats://s3cret@127.0.0.1:${port}`) },
  });
  await service.becomes("/health/ready", 200);
  expect(lines.join("")).toContain('"auth_token":"s3cret"');
});

/** What a connection that must be there before it is passed cannot meet; `fromUrl` does. */
const BEFORE = "`connect()` gives no connection before it is connected: see fromUrl";

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("nats", kind, {
    start: () => natsServer.start(),
    open,
    wrongCredentials: { none: BEFORE },
    explained: { refused: BEFORE, hang: BEFORE },
  });
});

faultContract("nats", "fromUrl", {
  start: () => natsServer.start(),
  open: (url) => fromUrl(url),
  wrongCredentials: withWrongPassword,
});

test.each([
  Object.assign(new Error("503"), { code: "503" }),
  Object.assign(new Error("no responders: '$JS.API.CONSUMER.INFO.s.c'"), { name: "RequestError" }),
])("a consumer whose JetStream is gone is down, and says so: %s", async (failure) => {
  const client = { rtt: async () => 1, isClosed: () => false, isDraining: () => false };
  const consumer = { info: () => Promise.reject(failure) };
  const check = nats({ client, consumers: [consumer as never] });
  expect(await runCheck(check)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^No JetStream answers: /),
  });
});
