import { Server, ServerCredentials } from "@grpc/grpc-js";
import { describe, expect, onTestFinished, test } from "vitest";
import { frameOf } from "../../../src/grpc/frames.ts";
import { grpcHealth } from "../../../src/grpc.ts";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { gracefulShutdown } from "../../../src/shutdown/graceful-shutdown.ts";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { callRaw, openSession } from "../../_support/raw-grpc.ts";
import { haleErrorOf } from "../../_support/thrown.ts";

const TOKEN = "0123456789abcdef";

/** A server of the service that has its health. */
async function start(options: HealthOptions = {}) {
  const health = createHealth({ logger: false, checks: { database: async () => {} }, ...options });
  const server = new Server();
  const { service, implementation } = grpcHealth(health);
  server.addService(service, implementation);
  const port = await new Promise<number>((bound, failed) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, port) =>
      failure === null ? bound(port) : failed(failure),
    ),
  );
  const client = new GrpcHealthClient(`127.0.0.1:${port}`);
  onTestFinished(async () => {
    client.close();
    server.forceShutdown();
    await health.close();
  });
  const tryShutdown = () => new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  return { health, server, client, port, tryShutdown };
}

describe("a server of @grpc/grpc-js", () => {
  test.each([
    ["", "SERVING"],
    ["liveness", "SERVING"],
    ["readiness", "SERVING"],
    ["startup", "SERVING"],
    ["deep", "SERVING"],
    ["database", "SERVING"],
    ["nothing", "NOT_FOUND"],
  ])("answers about %j: %s", async (service, status) => {
    const { client } = await start();
    expect(await client.check(service)).toBe(status);
    const first = status === "NOT_FOUND" ? "SERVICE_UNKNOWN" : status;
    expect(await client.watch(service).received(1)).toEqual([first]);
  });

  test("lists every service that the caller may see", async () => {
    const { client } = await start({ http: { expose: "status", tokens: [TOKEN] } });
    const probes = ["", "liveness", "readiness", "startup", "deep"];
    expect(Object.keys(await client.list())).toEqual(probes);
    const bearer = { metadata: { authorization: `Bearer ${TOKEN}` } };
    expect(Object.keys(await client.list(bearer))).toEqual([...probes, "database"]);
    expect(await client.check("database")).toBe("NOT_FOUND");
    expect(await client.check("database", bearer)).toBe("SERVING");
  });

  test("sends a Watch each change, and nothing else", async () => {
    let up = true;
    const { health, client } = await start({
      checks: { database: async () => up },
      defaults: { maxAge: 0 },
    });
    const watched = client.watch("database");
    await watched.received(1);
    await health.report("deep");
    up = false;
    await health.report("deep");
    await watched.received(2);
    await health.report("deep");
    up = true;
    await health.report("deep");
    expect(await watched.received(3)).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
  });

  test("refuses a malformed message", async () => {
    const { port } = await start();
    const session = await openSession(port);
    const reply = await callRaw(session, {}, frameOf(Uint8Array.of(0x0f)));
    expect(reply.status).toBe("13");
    session.destroy();
  });

  test("answers a client's deadline, and ends its Watch by it", async () => {
    const { client } = await start();
    const watched = client.watch("", { timeout: 300 });
    expect(await watched.ended()).toBe("DEADLINE_EXCEEDED");
  });

  test("gives an expose function the metadata and the address, without the port", async () => {
    const seen: unknown[] = [];
    const { client } = await start({
      http: {
        expose(request) {
          seen.push([
            request.remoteAddress,
            request.header("x-team"),
            request.header(":authority"),
          ]);
          return "checks";
        },
      },
    });
    await client.check("database", { metadata: { "x-team": "shop" } });
    expect(seen).toEqual([["127.0.0.1", "shop", undefined]]);
  });
});

describe("at the drain", () => {
  test("every Watch ends, so that tryShutdown() does", async () => {
    const { health, client, tryShutdown } = await start();
    const watched = ["", "liveness", "nothing"].map((service) => client.watch(service));
    await Promise.all(watched.map((one) => one.received(1)));
    health.drain();
    await tryShutdown();
    expect(watched.map(({ statuses }) => statuses)).toEqual([
      ["SERVING", "NOT_SERVING"],
      ["SERVING"],
      ["SERVICE_UNKNOWN"],
    ]);
    expect(await Promise.all(watched.map((one) => one.ended()))).toEqual(
      Array(3).fill("UNAVAILABLE"),
    );
  });

  test("a Watch that begins meanwhile ends too", async () => {
    const { health, client, tryShutdown } = await start();
    await client.check("");
    health.drain();
    const watched = client.watch("");
    expect(await watched.received(1)).toEqual(["NOT_SERVING"]);
    await tryShutdown();
    expect(await watched.ended()).toBe("UNAVAILABLE");
  });

  test("tryShutdown() is a hook of gracefulShutdown()", async () => {
    const { health, client, tryShutdown } = await start();
    const watched = client.watch("");
    await watched.received(1);
    const shutdown = gracefulShutdown({
      health,
      onStop: tryShutdown,
      exit: false,
      signals: ["SIGUSR2"],
      drain: { quiet: 0 },
    });
    onTestFinished(() => shutdown.dispose());
    expect((await shutdown.begin()).code).toBe(0);
    expect(watched.statuses).toEqual(["SERVING", "NOT_SERVING"]);
  });

  test("a caller that has cancelled its Watch is written to no more", async () => {
    const { health, client } = await start();
    const watched = client.watch("");
    await watched.received(1);
    watched.cancel();
    expect(await watched.ended()).toBe("CANCELLED");
    // A call on the same connection, so that the server has read the cancellation.
    await client.check("");
    health.drain();
    expect(await client.check("")).toBe("NOT_SERVING");
    expect(watched.statuses).toEqual(["SERVING"]);
  });
});

test.each([undefined, {}, null])("%j is no health", (value) => {
  expect(haleErrorOf(() => grpcHealth(value as never)).code).toBe("HALE_BAD_OPTION");
});
