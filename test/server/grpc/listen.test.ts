import { credentials } from "@grpc/grpc-js";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineCheck } from "../../../src/contract/check.ts";
import { group } from "../../../src/contract/group.ts";
import type { HealthServer } from "../../../src/contract/health-server.ts";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { type ListenOptions, listen } from "../../../src/server/listen.ts";
import { gracefulShutdown } from "../../../src/shutdown/graceful-shutdown.ts";
import { ask } from "../../_support/ask.ts";
import { CERTIFICATE } from "../../_support/certificate.ts";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { closedPort } from "../../_support/tcp.ts";

const TOKEN = "0123456789abcdef";
const BEARER = { metadata: { authorization: `Bearer ${TOKEN}` } };

async function start(options: HealthOptions = {}, listening: Partial<ListenOptions> = {}) {
  const health = createHealth({ logger: false, checks: { database: async () => {} }, ...options });
  const server = await listen(health, { host: "127.0.0.1", grpc: 0, ...listening });
  onTestFinished(async () => {
    await server.close();
    await health.close();
  });
  return { health, server, client: clientOf(server) };
}

function clientOf(
  server: HealthServer,
  ...rest: [secured?: ReturnType<typeof credentials.createSsl>]
) {
  const client = new GrpcHealthClient(`127.0.0.1:${server.grpc?.port}`, ...rest);
  onTestFinished(() => client.close());
  return client;
}

describe("where it listens", () => {
  test("is a port of its own, beside that of HTTP", async () => {
    const { server, client } = await start({}, { port: 0 });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
    expect(server.grpc?.url).toBe(`grpc://127.0.0.1:${server.grpc?.port}/`);
    expect(server.grpc?.port).not.toBe(server.port);
    expect(await client.check("")).toBe("SERVING");
    expect((await ask(server.url, "GET", "/readyz")).status).toBe(200);
  });

  test("is the only one, where no port for HTTP is given", async () => {
    const { server } = await start();
    expect(server.url).toBe(server.grpc?.url);
    expect(server.port).toBe(server.grpc?.port);
  });

  test("is nowhere, unless it is wanted", async () => {
    const { server } = await start({}, { port: 0, grpc: undefined });
    expect("grpc" in server).toBe(false);
  });

  test("may be another address than that of HTTP", async () => {
    const { server } = await start({}, { port: 0, grpc: { port: 0, host: "::1" } });
    expect(server.grpc?.url).toBe(`grpc://[::1]:${server.grpc?.port}/`);
    const client = new GrpcHealthClient(`[::1]:${server.grpc?.port}`);
    onTestFinished(() => client.close());
    expect(await client.check("")).toBe("SERVING");
  });
});

describe("each service", () => {
  test.each([
    ["", "SERVING"],
    ["readiness", "SERVING"],
    ["liveness", "SERVING"],
    ["startup", "SERVING"],
    ["deep", "NOT_SERVING"],
    ["database", "SERVING"],
    ["upstreams", "NOT_SERVING"],
    ["upstreams.payments", "NOT_SERVING"],
    ["payments", "NOT_FOUND"],
    ["nothing", "NOT_FOUND"],
    ["Database", "NOT_FOUND"],
    ["live", "NOT_FOUND"],
  ])("%j is %s", async (service, status) => {
    const { client } = await start({
      checks: {
        database: async () => {},
        upstreams: group({
          payments: defineCheck({ scope: "dependency", probes: ["deep"], run: async () => false }),
        }),
      },
    });
    expect(await client.check(service)).toBe(status);
    const watched = client.watch(service);
    const first = status === "NOT_FOUND" ? "SERVICE_UNKNOWN" : status;
    expect(await watched.received(1)).toEqual([first]);
    watched.cancel();
  });

  test("is in the list, once", async () => {
    const { client } = await start({
      checks: { database: async () => {}, upstreams: group({ payments: async () => false }) },
    });
    expect(await client.list()).toEqual({
      "": "NOT_SERVING",
      liveness: "SERVING",
      readiness: "NOT_SERVING",
      startup: "SERVING",
      deep: "NOT_SERVING",
      database: "SERVING",
      "upstreams.payments": "NOT_SERVING",
      upstreams: "NOT_SERVING",
    });
  });

  test("is listed at the cost of one run of each check, also where no result is reused", async () => {
    let runs = 0;
    const { client } = await start({
      defaults: { maxAge: 0 },
      checks: {
        database: async () => {
          runs++;
        },
      },
    });
    await client.list();
    expect(runs).toBe(1);
  });

  test("of a check that is not critical is its own, while readiness serves", async () => {
    const { client } = await start({
      checks: {
        cache: defineCheck({ scope: "dependency", critical: false, run: async () => false }),
      },
    });
    expect([await client.check(""), await client.check("cache")]).toEqual([
      "SERVING",
      "NOT_SERVING",
    ]);
  });

  test("of a check whose name is that of a probe is the probe", async () => {
    const { client } = await start({ checks: { liveness: async () => false } });
    expect(await client.check("liveness")).toBe("SERVING");
    expect(Object.keys(await client.list())).toHaveLength(5);
  });
});

describe("what callers may see", () => {
  const status = { http: { expose: "status", tokens: [TOKEN] } } as const;

  test("is no check where the status alone is exposed, except with a token", async () => {
    const { client } = await start(status);
    expect(await client.check("database")).toBe("NOT_FOUND");
    expect(await client.check("database", BEARER)).toBe("SERVING");
    expect(await client.check("nothing", BEARER)).toBe("NOT_FOUND");
    expect(Object.keys(await client.list())).not.toContain("database");
    expect(await client.list(BEARER)).toMatchObject({ database: "SERVING" });
    expect(await client.watch("database").received(1)).toEqual(["SERVICE_UNKNOWN"]);
    expect(await client.watch("database", BEARER).received(1)).toEqual(["SERVING"]);
    expect(await client.check("")).toBe("SERVING");
  });

  test("is what the listener says", async () => {
    const { client } = await start(status, { expose: "checks" });
    expect(await client.check("database")).toBe("SERVING");
  });

  test("is what a function decides, by the metadata and the address", async () => {
    const seen: unknown[] = [];
    const { client } = await start({
      http: {
        expose(request, probe) {
          const { method, url, remoteAddress } = request;
          seen.push([method, url, remoteAddress, request.header("X-Team"), probe]);
          return request.header("x-team") === "shop" ? "checks" : "status";
        },
      },
    });
    expect(await client.check("database")).toBe("NOT_FOUND");
    expect(await client.check("database", { metadata: { "x-team": "shop" } })).toBe("SERVING");
    const url = "/grpc.health.v1.Health/Check";
    expect(seen).toEqual([
      ["POST", url, "127.0.0.1", undefined, "deep"],
      ["POST", url, "127.0.0.1", "shop", "deep"],
    ]);
  });
});

describe("deadlines and cancellation", () => {
  test("a client's deadline ends its call, and the check goes on for others", async () => {
    let release = () => {};
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { client } = await start({
      checks: { database: () => hung },
      deadline: 10_000,
      defaults: { timeout: 5000 },
    });
    const short = client.check("", { timeout: 100 });
    const long = client.check("");
    expect(await short).toBe("DEADLINE_EXCEEDED");
    release();
    expect(await long).toBe("SERVING");
  });

  test("a client's deadline ends its Watch", async () => {
    const { client } = await start();
    const watched = client.watch("", { timeout: 300 });
    expect(await watched.received(1)).toEqual(["SERVING"]);
    expect(await watched.ended()).toBe("DEADLINE_EXCEEDED");
  });

  test("a check runs while an expose function decides, so that its answer is on time", async () => {
    let decide = () => {};
    const decided = new Promise<"checks">((resolve) => {
      decide = () => resolve("checks");
    });
    const { client } = await start({
      // The function decides once the check runs, which would never be if the check waited for it.
      checks: { database: async () => decide() },
      http: { expose: () => decided },
      deadline: 60_000,
    });
    expect(await client.check("database")).toBe("SERVING");
  });

  test("a check that hangs is NOT_SERVING by the deadline of the health", async () => {
    const { client } = await start({
      checks: { database: () => new Promise(() => {}) },
      deadline: 150,
      defaults: { timeout: 50 },
    });
    expect(await client.check("")).toBe("NOT_SERVING");
  });
});

describe("TLS", () => {
  const { cert, key } = CERTIFICATE;
  const trusted = Buffer.from(cert);

  test("is spoken with the certificate that is given", async () => {
    const { server } = await start({}, { grpc: { port: 0, tls: { cert, key } } });
    const client = clientOf(server, credentials.createSsl(trusted));
    expect(server.url).toBe(`grpcs://127.0.0.1:${server.port}/`);
    expect(await client.check("")).toBe("SERVING");
    expect(await clientOf(server).check("")).toBe("UNAVAILABLE");
  });

  test("is asked of clients too, where their authority is given", async () => {
    const { server } = await start(
      {},
      { grpc: { port: 0, tls: { cert: trusted, key, ca: cert } } },
    );
    const anonymous = clientOf(server, credentials.createSsl(trusted));
    expect(await anonymous.check("", { timeout: 5000 })).toBe("UNAVAILABLE");
    const known = credentials.createSsl(trusted, Buffer.from(key), trusted);
    expect(await clientOf(server, known).check("")).toBe("SERVING");
  });
});

describe("a drain", () => {
  test("is NOT_SERVING for whole readiness, and ends every Watch", async () => {
    const { health, client } = await start();
    const watched = ["", "readiness", "liveness", "database", "nothing"].map((service) =>
      client.watch(service),
    );
    await Promise.all(watched.map((one) => one.received(1)));
    health.drain();
    expect(await Promise.all(watched.map((one) => one.ended()))).toEqual(
      Array(5).fill("UNAVAILABLE"),
    );
    expect(watched.map(({ statuses }) => statuses)).toEqual([
      ["SERVING", "NOT_SERVING"],
      ["SERVING", "NOT_SERVING"],
      ["SERVING"],
      ["SERVING"],
      ["SERVICE_UNKNOWN"],
    ]);
    expect([
      await client.check(""),
      await client.check("readiness"),
      await client.check("liveness"),
      await client.check("database"),
    ]).toEqual(["NOT_SERVING", "NOT_SERVING", "SERVING", "SERVING"]);
  });

  test("waits until a gRPC prober has received what it is to receive", async () => {
    const { health, server, client } = await start();
    const shutdown = gracefulShutdown({
      health,
      servers: [server],
      drain: { failedProbes: 2, quiet: 0, max: 60_000 },
      exit: false,
      signals: ["SIGUSR2"],
    });
    onTestFinished(() => shutdown.dispose());
    // A caller that has asked once may be a person.
    await client.check("");
    await client.check("");
    let ended = false;
    const result = shutdown.begin().finally(() => {
      ended = true;
    });
    expect(await client.check("")).toBe("NOT_SERVING");
    expect(ended).toBe(false);
    expect(await client.check("")).toBe("NOT_SERVING");
    expect((await result).code).toBe(0);
    expect(await client.check("", { timeout: 1000 })).toBe("UNAVAILABLE");
  });
});

describe("what is refused at the start", () => {
  const { cert, key } = CERTIFICATE;
  test.each<[string, unknown, RegExp]>([
    ["HALE_BAD_OPTION", {}, /"port" of listen\(\)/],
    [
      "HALE_BAD_OPTION",
      { grpc: -1 },
      /"grpc" of listen\(\) must be a whole number from 0 to 65535, or an object/,
    ],
    ["HALE_BAD_OPTION", { grpc: "9001" }, /"grpc" of listen\(\)/],
    ["HALE_BAD_OPTION", { grpc: true }, /"grpc" of listen\(\)/],
    ["HALE_BAD_OPTION", { grpc: {} }, /"port" of grpc/],
    ["HALE_BAD_OPTION", { grpc: { port: 0, host: "" } }, /"host" of grpc/],
    ["HALE_UNKNOWN_OPTION", { grpc: { prot: 0 } }, /Did you mean "port"\?/],
    ["HALE_BAD_OPTION", { grpc: { port: 0, tls: true } }, /"tls" of grpc/],
    ["HALE_BAD_OPTION", { grpc: { port: 0, tls: { cert } } }, /"key" of tls/],
    ["HALE_BAD_OPTION", { grpc: { port: 0, tls: { key } } }, /"cert" of tls/],
    [
      "HALE_UNKNOWN_OPTION",
      { grpc: { port: 0, tls: { cert, key, certs: cert } } },
      /Did you mean "cert"\?/,
    ],
    [
      "HALE_BAD_OPTION",
      { grpc: { port: 0, tls: { cert, key: cert } } },
      /must be a certificate and its key, in PEM, but is refused: /,
    ],
    ["HALE_BAD_OPTION", { grpc: { port: 0, tls: { cert: "a", key } } }, /in PEM, but is refused: /],
    [
      "HALE_BAD_OPTION",
      { grpc: { port: 0, tls: { cert, key, ca: "zz" } } },
      /in PEM, but is refused: /,
    ],
  ])("%s for %j", async (code, options, message) => {
    const health = createHealth({ logger: false });
    for (const thread of [false, true]) {
      const listening = listen(health, { ...(options as ListenOptions), thread });
      await expect(listening).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    }
    await health.close();
  });

  test("no error shows the key", async () => {
    const health = createHealth({ logger: false });
    const failure = await listen(health, {
      grpc: { port: 0, tls: { cert, key: `${key}x` } },
    }).catch((error: Error) => error.message);
    for (const line of key.split("\n").slice(1, -2)) expect(String(failure)).not.toContain(line);
    await listen(health, { grpc: { port: 0, tls: { cert: "a", key } } }).catch((error: Error) => {
      for (const line of key.split("\n").slice(1, -2)) expect(error.message).not.toContain(line);
    });
    await health.close();
  });

  test("a gRPC port that is taken is an error that names it, and the port of HTTP is closed again", async () => {
    const { health, server } = await start();
    const port = await closedPort();
    const again = listen(health, { port, grpc: server.port, host: "127.0.0.1" });
    await expect(again).rejects.toMatchObject({
      code: "HALE_LISTEN_FAILED",
      message: expect.stringContaining(`port ${server.port}: listen EADDRINUSE`),
    });
    const third = await listen(health, { port, host: "127.0.0.1" });
    expect(third.port).toBe(port);
    await third.close();
  });

  test("an HTTP port that is taken closes the one of gRPC again", async () => {
    const { health, server } = await start({}, { port: 0 });
    const port = await closedPort();
    const again = listen(health, { port: server.port, grpc: port, host: "127.0.0.1" });
    await expect(again).rejects.toMatchObject({
      message: expect.stringContaining(`port ${server.port}: listen EADDRINUSE`),
    });
    const third = await listen(health, { grpc: port, host: "127.0.0.1" });
    expect(third.port).toBe(port);
    await third.close();
  });
});
