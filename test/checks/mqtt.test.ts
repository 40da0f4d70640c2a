import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { mqtt } from "../../src/checks/mqtt.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { mosquitto } from "../servers/mosquitto.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await mosquitto.start();
});
afterAll(() => server.stop());

async function startServer(): Promise<RunningServer> {
  const own = await mosquitto.start();
  onTestFinished(() => own.stop());
  return own;
}

/** Opens a client, which ends with the test. */
function open(url = server.url, options: IClientOptions = {}): MqttClient {
  const client = connect(url, { reconnectPeriod: 100, reconnectOnConnackError: true, ...options });
  client.on("error", () => {});
  onTestFinished(() => void client.end(true));
  return client;
}

async function connected(options?: IClientOptions, url = server.url): Promise<MqttClient> {
  const client = open(url, options);
  await new Promise((resolve) => client.once("connect", resolve));
  return client;
}

checkContract("mqtt", {
  up: async () => mqtt({ client: await connected() }),
  down: async () => mqtt({ client: open(`mqtt://127.0.0.1:${await closedPort()}`) }),
  hanging: async () => {
    const port = await startTcp((socket) => {
      // Connected, and nothing more.
      socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, 0])));
    });
    return mqtt({ client: await connected({}, `mqtt://127.0.0.1:${port}`) });
  },
});

test("the client is recognised when it is passed as it is", async () => {
  const { probe } = await startService({ checks: { broker: await connected() } });
  expect(await probe("/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"healthy","checks":{"broker":"ok"}}',
  });
});

test("it tells the milliseconds of the round trip, and nothing of consumers where there are none", async () => {
  const { observations } = await runCheck(mqtt({ client: await connected() }), 5000);
  expect(observations).toEqual({ roundTrip: { value: expect.any(Number), unit: "ms" } });
});

test("a server that stands still has one PINGREQ to answer, and nothing is left on the client", async () => {
  const own = await startServer();
  const client = await connected({}, own.url);
  const listeners = () => [client.listenerCount("packetreceive"), client.listenerCount("close")];
  const before = listeners();
  const pings: unknown[] = [];
  client.on("packetsend", ({ cmd }) => {
    if (cmd === "pingreq") pings.push(cmd);
  });
  const service = await startService({ checks: { broker: client }, defaults: { timeout: 200 } });
  await service.becomes("/health/ready", 200);
  await own.pause();
  pings.length = 0;
  for (let probe = 0; probe < 5; probe++) {
    expect((await service.probe("/health/ready")).status).toBe(503);
  }
  expect(pings).toHaveLength(1);
  await own.resume();
  await service.becomes("/health/ready", 200);
  expect(listeners()).toEqual(before);
});

test("a client that has lost its connection is down at once, and up once it is back", async () => {
  const own = await startServer();
  const client = await connected({}, own.url);
  const service = await startService({ checks: { broker: client } });
  await service.becomes("/health/ready", 200);
  const lost = new Promise((resolve) => client.once("close", () => resolve(undefined)));
  await own.kill();
  await lost;
  expect(await runCheck(mqtt({ client }))).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^The client is not connected: its state is "(re|dis)connect/),
  });
  await own.restart();
  await service.becomes("/health/ready", 200);
});

test("a client that the service has closed is down", async () => {
  const client = await connected();
  await client.endAsync();
  expect(await runCheck(mqtt({ client }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});

test("a subscription that the server refuses is down on a connection that lives", async () => {
  // Mosquitto grants every subscription, and then sends nothing for it.
  const port = await startTcp((socket) => {
    socket.on("data", ([type = 0, , ...rest]) => {
      if (type === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (type === 0x82) socket.write(Buffer.from([0x90, 3, ...rest.slice(0, 2), 0x80]));
      if (type === 0xc0) socket.write(Buffer.from([0xd0, 0]));
    });
  });
  const client = await connected({}, `mqtt://127.0.0.1:${port}`);
  const check = mqtt({ client, subscriptions: ["forbidden/secrets"] });
  await expect(client.subscribeAsync("forbidden/secrets")).rejects.toThrow("Subscribe error");
  expect(client.connected).toBe(true);
  expect(await runCheck(check, 5000)).toMatchObject({
    status: "down",
    reason: "The subscription to forbidden/secrets is not there.",
    observations: { consumers: { value: 0, unit: "consumers" } },
  });
});

test("a subscription that was given up is down, and up once it is there again", async () => {
  const client = await connected();
  const check = mqtt({ client, subscriptions: ["meters/#"] });
  await client.subscribeAsync("meters/#");
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await client.unsubscribeAsync("meters/#");
  expect(await runCheck(check, 5000)).toMatchObject({ status: "down" });
  await client.subscribeAsync("meters/#");
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
});

test("a subscription is there again once the client has connected again", async () => {
  const own = await startServer();
  const client = await connected({}, own.url);
  await client.subscribeAsync("meters/#");
  const check = mqtt({ client, subscriptions: ["meters/#"] });
  const service = await startService({ checks: { broker: check } });
  await service.becomes("/health/ready", 200);
  await own.kill();
  await service.becomes("/health/ready", 503);
  await own.restart();
  await service.becomes("/health/ready", 200);
});

test.each([{ resubscribe: false }, { reconnectPeriod: 0 }])(
  "subscriptions of a client that keeps no list of them are refused: %o",
  (options) => {
    const { code, message } = haleErrorOf(() =>
      mqtt({ client: open(server.url, options), subscriptions: ["meters/#"] }),
    );
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain("resubscribe");
  },
);

test("a subscription that a client does not tell of is down, since nobody knows", async () => {
  const client = await connected();
  const untold = {
    connected: true,
    sendPing: () => client.sendPing(),
    on: client.on.bind(client) as never,
    off: client.off.bind(client) as never,
  };
  expect(await runCheck(mqtt({ client: untold, subscriptions: ["a"] }), 5000)).toMatchObject({
    status: "down",
    reason: "The subscription to a cannot be seen: this version of mqtt does not tell.",
  });
});

test.each([["a"], [[""]], [[1]]])("subscriptions that are no topics are refused: %o", (value) => {
  const { code } = haleErrorOf(() =>
    mqtt({ client: { sendPing() {}, on() {}, off() {} }, subscriptions: value } as never),
  );
  expect(code).toBe("HALE_BAD_OPTION");
});

const withWrongPassword = (url: string) => url.replace("correct-horse", "wr0ngpassword");
// Whether it waits to connect again, or does so, is chance.
const unsteady = ["refused", "hang", "wrong credentials"] as const;

faultContract("mqtt", "mqtt", {
  start: () => mosquitto.start(),
  open,
  wrongCredentials: withWrongPassword,
  unsteady,
});

faultContract("mqtt", "fromUrl", {
  start: () => mosquitto.start(),
  open: (url) => fromUrl(url),
  wrongCredentials: withWrongPassword,
  unsteady,
});
