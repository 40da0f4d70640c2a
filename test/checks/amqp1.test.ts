import rhea, { type Connection, type ConnectionOptions } from "rhea";
import { Connection as PromiseConnection } from "rhea-promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Amqp1Client, amqp1 } from "../../src/checks/amqp1.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { type FaultyServer, faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";

// A start of RabbitMQ takes some seconds of a processor.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let server: RunningServer;
beforeAll(async () => {
  server = await rabbitmq.start({ plugins: ["rabbitmq_amqp1_0"] });
});
afterAll(() => server.stop());

function optionsOf(url: string): ConnectionOptions {
  const { hostname: host, port, username, password } = new URL(url);
  return {
    ...{ host, port: Number(port), username, password },
    initial_reconnect_delay: 50,
    max_reconnect_delay: 100,
  };
}

/** Opens a connection of a container of its own, which ends with the test. */
function open(url = server.url): Connection {
  const container = rhea.create_container();
  for (const event of ["error", "disconnected", "connection_error", "connection_close"]) {
    container.on(event, () => {});
  }
  const connection = container.connect(optionsOf(url));
  onTestFinished(() => {
    connection.set_reconnect(false);
    connection.close();
    (connection as unknown as { socket: { destroy(): void } }).socket.destroy();
  });
  return connection;
}

async function opened(url?: string): Promise<Connection> {
  const connection = open(url);
  if (!connection.is_open()) {
    await new Promise((resolve) => connection.container.once("connection_open", resolve));
  }
  return connection;
}

const at = (port: number) => server.url.replace(`:${server.port}`, `:${port}`);

checkContract("amqp1 through rhea", {
  up: async () => amqp1({ client: await opened() }),
  down: async () => amqp1({ client: open(at(await closedPort())) }),
  hanging: async () => {
    const connection = await opened();
    return amqp1({
      client: {
        is_open: () => true,
        is_closed: () => false,
        get_error: () => undefined,
        create_session: () => ({ on() {}, begin() {}, close() {} }),
        open_receiver: connection.open_receiver,
        is_remote_open: () => true,
      } as Amqp1Client,
    });
  },
});

test("the connection is recognised when it is passed as it is, before it is open", async () => {
  const service = await startService({ checks: { broker: open() } });
  await service.becomes("/health/ready", 200);
  expect((await service.probe("/health/deep")).body).toBe(
    '{"status":"healthy","checks":{"broker":"ok"}}',
  );
});

test("a Connection of rhea-promise is recognised, and asked", async () => {
  const client = new PromiseConnection(optionsOf(server.url));
  await client.open();
  onTestFinished(() => client.close());
  const service = await startService({ checks: { broker: client } });
  await service.becomes("/health/ready", 200);
  expect(await runCheck(amqp1({ client }), 5000)).toMatchObject({
    status: "up",
    observations: { roundTrip: { value: expect.any(Number), unit: "ms" } },
  });
});

test("no session is left behind, and the service's listeners hear of none", async () => {
  const connection = await opened();
  const heard: string[] = [];
  for (const event of ["session_open", "session_close"]) {
    connection.container.on(event, () => heard.push(event));
  }
  const check = amqp1({ client: connection });
  for (let run = 0; run < 20; run++) {
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  }
  const { local_channel_map: sessions } = connection as unknown as { local_channel_map: object };
  await expect.poll(() => Object.keys(sessions)).toEqual([]);
  expect(heard).toEqual([]);
});

describe("links", () => {
  test("that are open are up, and counted", async () => {
    const connection = await opened();
    const receiver = connection.open_receiver({ source: { address: "orders", durable: 0 } });
    await new Promise((resolve) => receiver.once("receiver_open", resolve));
    const check = amqp1({ client: connection, links: [receiver] });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: { consumers: { value: 1, unit: "consumers" } },
    });
    receiver.close();
    await new Promise((resolve) => receiver.once("receiver_close", resolve));
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: `The link ${receiver.name} is closed.`,
    });
  });

  test("may be those of the moment", async () => {
    const check = amqp1({ client: await opened(), links: () => [] });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test.each([[[{}]], [{}], [["orders"]]])("that are none are refused: %j", async (links) => {
    const client = await opened();
    expect(haleErrorOf(() => amqp1({ client, links: links as never })).code).toBe(
      "HALE_BAD_OPTION",
    );
  });
});

test("a connection that was closed is down at once, and says so", async () => {
  const connection = await opened();
  connection.close();
  await new Promise((resolve) => connection.once("connection_close", resolve));
  expect(await runCheck(amqp1({ client: connection }))).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/^The client is not connected: its state is "clos/),
  });
});

test("a refusal of the session is down, with its condition", async () => {
  const listeners = new Map<string, (context: object) => void>();
  const error = { condition: "amqp:resource-limit-exceeded", description: "too many sessions" };
  const client = {
    ...{ is_open: () => true, is_closed: () => false, get_error: () => undefined },
    ...{ open_receiver() {}, is_remote_open: () => true },
    create_session: () => ({
      on: (event: string, listener: () => void) => listeners.set(event, listener),
      begin: () => listeners.get("session_error")?.({ session: { error } }),
      close() {},
    }),
  };
  expect(await runCheck(amqp1({ client: client as unknown as Amqp1Client }))).toMatchObject({
    status: "down",
    reason: "too many sessions (amqp:resource-limit-exceeded)",
    code: "amqp:resource-limit-exceeded",
  });
});

/** One server for all, since it starts slowly. */
async function sharedServer(): Promise<FaultyServer> {
  const { url, port, pause, resume, kill, restart } = server;
  return { url, port, pause, resume, kill, restart, stop: async () => {} };
}

faultContract("amqp1", "rhea", {
  start: sharedServer,
  open,
  wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
  // The first run may come before the first attempt to connect has failed.
  unsteady: ["refused", "hang", "wrong credentials"],
});

test("a server that accepts and says nothing is down", async () => {
  const port = await startTcp((socket) => socket.resume());
  expect(await runCheck(amqp1({ client: open(at(port)) }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "connecting".',
  });
});
