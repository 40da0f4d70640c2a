import { createServer } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import {
  Client,
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { grpc } from "../../src/checks/grpc.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { upstream } from "../servers/upstream.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await upstream.start({ speaks: "grpc" });
});
afterAll(() => server?.stop());

/** A client of that server, which ends with the test. */
function open(url: string): Client {
  const client = new Client(new URL(url).host, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

/** A server in this process that has only these services, and its URL. */
async function startGrpc(
  ...services: [ServiceDefinition, UntypedServiceImplementation][]
): Promise<string> {
  const own = new Server();
  for (const [definition, implementation] of services) own.addService(definition, implementation);
  const port = await new Promise<number>((bound, failed) =>
    own.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, port) =>
      failure === null ? bound(port) : failed(failure),
    ),
  );
  onTestFinished(() => own.forceShutdown());
  return `grpc://127.0.0.1:${port}`;
}

const silentUrl = async () => `grpc://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

checkContract("grpc", {
  up: () => grpc({ client: open(server.url) }),
  down: async () => grpc({ client: open(`grpc://127.0.0.1:${await closedPort()}`) }),
  hanging: async () => grpc({ client: open(await silentUrl()) }),
});

test.each([
  [undefined, "up", undefined],
  ["", "up", undefined],
  ["shop.v1.Payments", "up", undefined],
  ["shop.v1.Ledger", "down", 'Expected SERVING, got "NOT_SERVING".'],
  ["shop.v1.Refunds", "down", 'Expected SERVING, got "UNKNOWN".'],
  ["shop.v1.Nothing", "down", "5 NOT_FOUND: Health status unknown for service shop.v1.Nothing"],
])("the service %j is %s", async (service, status, reason) => {
  const outcome = await runCheck(grpc({ client: open(server.url), service }), 10_000);
  expect(outcome.status).toBe(status);
  expect(outcome.reason).toBe(reason);
});

test("a server that is none of gRPC and answers 403 is down", async () => {
  const web = createServer().on("stream", (stream) =>
    stream.respond({ ":status": 403 }, { endStream: true }),
  );
  await new Promise<void>((listening) => web.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void web.close());
  const { port } = web.address() as AddressInfo;
  expect(await runCheck(grpc({ client: open(`grpc://127.0.0.1:${port}`) }), 10_000)).toMatchObject({
    status: "down",
    reason: "7 PERMISSION_DENIED: Received HTTP status code 403",
  });
});

test("the response time is observed", async () => {
  const { observations } = await runCheck(grpc({ client: open(server.url) }), 10_000);
  expect(observations).toEqual({ responseTime: { value: expect.any(Number), unit: "ms" } });
});

test("a server without the health service is down, and the reason says so", async () => {
  const { reason } = await runCheck(grpc({ client: open(await startGrpc()) }), 10_000);
  expect(reason).toContain("12 UNIMPLEMENTED");
});

test("a call that is aborted is cancelled at the server", async () => {
  let cancelled = () => {};
  const end = new Promise<void>((resolve) => {
    cancelled = resolve;
  });
  const url = await startGrpc([
    healthService as unknown as ServiceDefinition,
    {
      check: (call: { on(event: string, listener: () => void): void }) =>
        call.on("cancelled", cancelled),
    },
  ]);
  const client = open(url);
  await new Promise<void>((ready, failed) =>
    client.waitForReady(Date.now() + 20_000, (failure) => (failure ? failed(failure) : ready())),
  );
  expect(await runCheck(grpc({ client }), 200)).toMatchObject({
    status: "down",
    writtenOff: false,
  });
  await end;
});

describe("a client that is passed as it is", () => {
  const Payments = makeGenericClientConstructor({}, "shop.v1.Payments");

  test.each([
    ["of any service", (address: string) => new Client(address, credentials.createInsecure())],
    [
      "over a channel that the service shares",
      (address: string) => {
        const channel = new Client(address, credentials.createInsecure()).getChannel();
        return new Client(address, credentials.createInsecure(), { channelOverride: channel });
      },
    ],
    ["of one service", (address: string) => new Payments(address, credentials.createInsecure())],
  ])("is recognised: %s", async (_, make) => {
    const client = make(new URL(server.url).host);
    onTestFinished(() => client.close());
    const { probe, becomes } = await startService({ checks: { payments: client } });
    await becomes("/health/ready", 200);
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"payments":"ok"}}',
    );
  });
});

test("no probe opens a connection", async () => {
  let connections = 0;
  const { port } = new URL(server.url);
  const proxied = await startTcp((socket) => {
    connections++;
    const onward = connect({ host: "127.0.0.1", port: Number(port) });
    socket.pipe(onward).pipe(socket);
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  const client = open(`grpc://127.0.0.1:${proxied}`);
  const service = await startService({ checks: { payments: client } });
  await service.becomes("/health/ready", 200);
  for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
  expect(connections).toBe(1);
});

test("a client that the service has closed is down", async () => {
  const client = open(server.url);
  client.close();
  expect(await runCheck(grpc({ client }), 10_000)).toMatchObject({
    status: "down",
    reason: "Channel has been shut down",
  });
});

test.each([
  [[], 'Expected SERVING, got "UNKNOWN".'],
  [[0x08, 9], 'Expected SERVING, got "status 9".'],
  [[0x08], 'Expected SERVING, got "a reply that cannot be read".'],
  [[0x0d, 1, 2, 3, 4], 'Expected SERVING, got "a reply that cannot be read".'],
])("a server that replies %j is down", async (reply, reason) => {
  const raw = (bytes: Buffer) => bytes;
  const url = await startGrpc([
    {
      Check: {
        path: "/grpc.health.v1.Health/Check",
        requestStream: false,
        responseStream: false,
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      },
    },
    {
      Check: (_: unknown, done: (failure: null, reply: Buffer) => void) =>
        done(null, Buffer.from(reply)),
    },
  ]);
  expect(await runCheck(grpc({ client: open(url) }), 10_000)).toMatchObject({
    status: "down",
    reason,
  });
});

test.each<object>([{}, { client: {} }, { client: { makeUnaryRequest() {} }, service: 1 }])(
  "%j is refused at once",
  (options) => {
    expect(haleErrorOf(() => grpc(options as never)).code).toBe("HALE_BAD_OPTION");
  },
);

test("what is no client is refused by its type", () => {
  // @ts-expect-error: it has no makeUnaryRequest.
  expect(() => grpc({ client: { ping() {} } })).toThrow("a client of @grpc/grpc-js");
});

test("a URL of grpc is up while its service is, and leaves nothing open", async () => {
  const check = fromUrl(`${server.url}/shop.v1.Payments`);
  expect(await runCheck(check, 20_000)).toMatchObject({ status: "up" });
  const refused = fromUrl(`${server.url}/shop.v1.Ledger`);
  expect(await runCheck(refused, 20_000)).toMatchObject({ status: "down" });
  await Promise.all([check.close?.(), refused.close?.()]);
  expect(await runCheck(check)).toMatchObject({ status: "down" });
});

faultContract("grpc", "grpc-js", {
  start: () => upstream.start({ speaks: "grpc" }),
  open: (url) => open(url),
  wrongCredentials: { none: "the health service asks for none" },
  unsteady: ["refused"],
});
