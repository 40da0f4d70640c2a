import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2, createSecureServer as createSecureHttp2 } from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer as createTcp } from "node:net";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import supertest from "supertest";
import { describe, expect, onTestFinished, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthMiddleware as honoMiddleware } from "../../src/adapters/hono.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import type { NodeServer } from "../../src/node-http/node-server.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { ask } from "../_support/ask.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { settled } from "../_support/fake-clock.ts";
import { serve } from "../_support/serve.ts";

/** A health, whose first turn is over when its servers were given. */
async function start(give: (health: Health) => unknown, options: HealthOptions = {}) {
  const health = createHealth({ logger: false, ...options });
  onTestFinished(() => health.close());
  give(health);
  await settled();
  return health;
}

const startup = async (health: Health) => (await health.report("startup")).status;
const readiness = async (health: Health) => (await health.report("readiness")).status;

async function listenOn(server: NodeServer): Promise<string> {
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Takes a server by a shutdown of its own, which the test disposes of. */
function shutDown(health: Health, ...servers: NodeServer[]): () => void {
  const { dispose } = gracefulShutdown({ health, servers, exit: false });
  onTestFinished(dispose);
  return dispose;
}

const SERVERS: [string, () => NodeServer][] = [
  ["node:http", () => createServer()],
  ["node:https", () => createHttps(CERTIFICATE)],
  ["node:http2", () => createHttp2()],
  ["node:http2 with TLS", () => createSecureHttp2(CERTIFICATE)],
];

describe.each(SERVERS)("a server of %s", (_, create) => {
  test.each<[string, (server: NodeServer, health: Health) => unknown]>([
    ["attached", (server, health) => attach(server, health)],
    ["given to gracefulShutdown", (server, health) => shutDown(health, server)],
    ["both", (server, health) => [attach(server, health), shutDown(health, server)]],
  ])("that is %s holds startup and readiness until it listens", async (_how, give) => {
    const server = create();
    const health = await start((made) => give(server, made));
    expect([await startup(health), await readiness(health)]).toEqual(["down", "down"]);
    await listenOn(server);
    expect([await startup(health), await readiness(health)]).toEqual(["up", "up"]);
  });

  test("that listens already holds nothing", async () => {
    const server = create();
    await listenOn(server);
    const health = await start((made) => attach(server, made));
    expect(await startup(health)).toBe("up");
  });

  test("that comes when startup is done holds nothing", async () => {
    const health = await start(() => {});
    attach(create(), health);
    shutDown(health, create());
    expect(await startup(health)).toBe("up");
  });
});

test("a server that is detached, or whose shutdown is disposed of, holds nothing any more", async () => {
  const [server, other] = [createServer(), createServer()];
  let detach = () => {};
  let dispose = () => {};
  const health = await start((made) => {
    detach = attach(server, made);
    dispose = shutDown(made, other);
  });
  detach();
  expect(await startup(health)).toBe("down");
  dispose();
  expect(await startup(health)).toBe("up");
  expect([server, other].map((each) => Object.hasOwn(each, "emit"))).toEqual([false, false]);
});

describe("a server that is attached, and given to gracefulShutdown,", () => {
  test.each(["detach", "dispose"] as const)(
    "is waited for after %s alone, and holds nothing after both",
    async (first) => {
      const both = async () => {
        const server = createServer();
        let ends = { detach: () => {}, dispose: () => {} };
        const health = await start((made) => {
          ends = { detach: attach(server, made), dispose: shutDown(made, server) };
        });
        ends[first]();
        ends[first]();
        expect([server.listening, await startup(health)]).toEqual([false, "down"]);
        return { server, health, ends };
      };
      const listening = await both();
      await listenOn(listening.server);
      expect(await startup(listening.health)).toBe("up");

      const { health, ends } = await both();
      ends[first === "detach" ? "dispose" : "detach"]();
      expect(await startup(health)).toBe("up");
    },
  );
});

test("every server is waited for, and startup stays done when one closes", async () => {
  const [server, other] = [createServer(), createServer()];
  const health = await start((made) => {
    attach(server, made);
    attach(other, made);
  });
  await listenOn(server);
  expect(await startup(health)).toBe("down");
  await listenOn(other);
  expect(await startup(health)).toBe("up");
  other.close();
  expect(await startup(health)).toBe("up");
});

test("markStarted() ends the wait for servers that may never listen", async () => {
  const health = await start((made) => attach(createServer(), made));
  health.markStarted();
  expect(await readiness(health)).toBe("up");
});

test("a health that another library has made is attached as before", () => {
  const { handle, report } = createHealth({ logger: false });
  expect(attach(createServer(), { handle, report } as unknown as Health)).toBeTypeOf("function");
});

test("startup.deadline names the servers that do not listen", async () => {
  const lines: string[] = [];
  const logger = { info() {}, warn: (line: string) => lines.push(line), error() {} };
  const health = await start((made) => attach(createServer(), made), {
    logger,
    startup: { deadline: 100 },
  });
  await expect(health.whenReady({ timeout: 150 })).rejects.toMatchObject({
    code: "HALE_NEVER_READY",
  });
  expect(lines).toEqual([
    "hale: startup is still 503 after its deadline; waiting for: a server to listen, or markStarted()",
  ]);
});

describe("a server that never listens does not hold startup for ever:", () => {
  test("a request that an adapter passes on ends the wait, by inject of Fastify", async () => {
    const app = fastify();
    const health = await start((made) => {
      void app.register(healthPlugin(made));
      shutDown(made, app.server);
    });
    app.get("/shop", async () => "Hello");
    expect((await app.inject("/health/ready")).statusCode).toBe(503);
    expect((await app.inject("/shop")).body).toBe("Hello");
    expect((await app.inject("/health/ready")).statusCode).toBe(200);
    expect(await startup(health)).toBe("up");
  });

  test("by a server that supertest makes of the app", async () => {
    const app = express();
    const health = await start((made) => {
      app.use(healthMiddleware(made));
      const server = createServer(app);
      attach(server, made);
      shutDown(made, server);
    });
    app.get("/shop", (_request, response) => void response.send("Hello"));
    await supertest(app).get("/health/ready").expect(503);
    await supertest(app).get("/shop").expect(200, "Hello");
    await supertest(app).get("/health/ready").expect(200);
    expect(await startup(health)).toBe("up");
  });

  test("supertest has an attached server listen", async () => {
    const server = createServer((_request, response) => response.end("Hello"));
    await start((made) => attach(server, made));
    await supertest(server).get("/health/ready").expect(200);
  });

  test("by a request of Hono without a server", async () => {
    const app = new Hono();
    const health = await start((made) => {
      app.use(honoMiddleware(made));
      attach(createServer(), made);
    });
    app.get("/shop", (context) => context.text("Hello"));
    await app.request("/shop");
    expect(await startup(health)).toBe("up");
  });

  /** Has another server take the connections of one that does not listen. */
  async function feed(server: Server): Promise<string> {
    const tcp = createTcp((socket) => server.emit("connection", socket));
    tcp.listen(0, "127.0.0.1");
    onTestFinished(() => void tcp.close());
    await once(tcp, "listening");
    return `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  }

  test("a probe on a connection that other code gives it", async () => {
    const server = createServer();
    const health = await start((made) => attach(server, made));
    const base = await feed(server);
    expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
    expect(await startup(health)).toBe("up");
    expect(server.listening).toBe(false);
  });

  test("a request that other code gives it", async () => {
    const server = createServer((_request, response) => void response.end("Hello"));
    const health = await start((made) => shutDown(made, server));
    const { base, close } = await serve(
      createServer((request, response) => server.emit("request", request, response)),
    );
    onTestFinished(close);
    expect((await ask(base, "GET", "/shop")).body).toBe("Hello");
    expect(await startup(health)).toBe("up");
  });

  test("a WebSocket on such a connection", async () => {
    const server = createServer();
    server.on("upgrade", (_request, socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    );
    const health = await start((made) => shutDown(made, server));
    const { port } = new URL(await feed(server));
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(socket.resume(), "end");
    socket.destroy();
    expect(await startup(health)).toBe("up");
  });
});

describe("a server that listens later is waited for, although", () => {
  async function withAdmin() {
    const admin = createServer((_request, response) => response.end("admin"));
    const health = await start((made) => {
      attach(admin, made);
      attach(createServer(), made);
    });
    return { health, base: await listenOn(admin) };
  }

  test("probes come to another server", async () => {
    const { health, base } = await withAdmin();
    expect((await ask(base, "GET", "/health/ready")).status).toBe(503);
    expect(await startup(health)).toBe("down");
  });

  test.each([
    ["/metrics", {}],
    ["/stats", { "user-agent": "Prometheus/3.5.0" }],
  ])("Prometheus scrapes %s of another server", async (path, headers) => {
    const { health, base } = await withAdmin();
    expect((await ask(base, "GET", path, { headers })).body).toBe("admin");
    expect(await startup(health)).toBe("down");
    await ask(base, "GET", "/");
    expect(await startup(health)).toBe("up");
  });

  test("a server of probes is asked for what is not there", async () => {
    const health = await start((made) => attach(createServer(), made));
    const { url, close } = await listen(health, { port: 0, host: "127.0.0.1" });
    onTestFinished(close);
    expect((await ask(url, "GET", "/shop")).status).toBe(404);
    expect((await ask(url, "GET", "/")).status).toBe(503);
  });
});
