import { once } from "node:events";
import {
  createServer,
  get,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  createSecureServer,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import {
  type AddressInfo,
  connect as connectSocket,
  createServer as createSocketServer,
  type Socket,
} from "node:net";
import { connect as connectTls } from "node:tls";
import createApp from "express";
import createFastify from "fastify";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthHandler } from "../../src/adapters/fetch.ts";
import { healthRouteHandlers } from "../../src/adapters/next.ts";
import { attach, type NodeServer } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createHealth } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import type { TurningClock } from "../../src/shutdown/deadline.ts";
import { ServerDrain } from "../../src/shutdown/server-drain.ts";
import { TrafficHistory } from "../../src/shutdown/traffic-history.ts";
import { ask } from "../_support/ask.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { openWire } from "../_support/socket.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The requests that have come to a service, which the test answers. */
function heldRequests() {
  const held: [IncomingMessage, ServerResponse][] = [];
  let came = () => {};
  const listener: RequestListener = (request, response) => {
    held.push([request, response]);
    came();
  };
  const next = async (count: number) => {
    while (held.length < count) {
      await new Promise<void>((resolve) => {
        came = resolve;
      });
    }
    const response = held[count - 1]?.[1];
    if (response === undefined) throw new Error("There is none.");
    return response;
  };
  return { listener, next };
}

const { router } = internalsOf("test", createHealth({ logger: false }));

function drainOf(server: NodeServer, clock: TurningClock = systemClock): ServerDrain {
  const isProbePath = (path: string) => router(path) !== undefined;
  return new ServerDrain(server, { clock, isProbePath, traffic: new TrafficHistory() });
}

/** Resolves once a server has read so many bytes of a connection. */
async function hasRead(socket: Socket, bytes: number): Promise<void> {
  while (socket.bytesRead < bytes) await settled();
}

/** A server that listens, watched from its first connection on. */
async function watched(server: NodeServer, clock: TurningClock = systemClock) {
  const traffic = drainOf(server, clock);
  await new Promise<void>((resolve) => (server as Server).listen(0, "127.0.0.1", resolve));
  open.push(() => {
    traffic.close(0);
    traffic.cutOff();
    traffic.dispose();
  });
  const { port } = server.address() as AddressInfo;
  return { traffic, base: `http://127.0.0.1:${port}`, secure: `https://127.0.0.1:${port}` };
}

type Create = (listener: RequestListener) => NodeServer | Promise<NodeServer>;

const kinds: [string, Create, "base" | "secure"][] = [
  ["http", (listener) => createServer(listener), "base"],
  ["Express", (listener) => createServer(createApp().use(listener)), "base"],
  [
    "Fastify",
    async (listener) => {
      const app = createFastify();
      app.all("*", async ({ raw }, reply) => {
        reply.hijack();
        listener(raw, reply.raw as Parameters<RequestListener>[1]);
      });
      await app.ready();
      return app.server;
    },
    "base",
  ],
  ["https", (listener) => createHttpsServer(CERTIFICATE, listener), "secure"],
  [
    "http2 with allowHTTP1",
    (listener) => createSecureServer({ ...CERTIFICATE, allowHTTP1: true }, listener as never),
    "secure",
  ],
];

describe.each(kinds)("on a server of %s", (_, create, where) => {
  async function start() {
    const { listener, next } = heldRequests();
    const server = await create(listener);
    const { traffic, [where]: base } = await watched(server);
    const wire = async () => {
      const one = await openWire(base);
      open.push(one.destroy);
      return one;
    };
    return { server, traffic, next, wire };
  }

  test("responses keep their connection until the drain, and end it after that", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    (await next(1)).end("one");
    await client.received("one");
    traffic.drain();
    client.send(GET);
    (await next(2)).end("two");
    const [first = "", second = ""] = (await client.ended).split("one");
    expect(first).toContain("Connection: keep-alive");
    expect(second).toContain("Connection: close");
    expect(second).toMatch(/two$/);
  });

  test("a response in flight at the signal says that it is the last one", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    const response = await next(1);
    traffic.drain();
    response.end("one");
    expect(await client.ended).toMatch(/Connection: close[\s\S]*one$/);
  });

  test("a connection whose head was out already is told by its next response", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    const response = await next(1);
    response.write("one");
    await client.received("one");
    traffic.drain();
    response.end("two");
    await client.received("two\r\n0\r\n\r\n");
    client.send(GET);
    (await next(2)).end("three");
    const [first, second] = (await client.ended).split("two");
    expect(first).toContain("Connection: keep-alive");
    expect(second).toMatch(/Connection: close[\s\S]*three$/);
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["setHeader", (response) => response.setHeader("Connection", "keep-alive")],
    ["writeHead", (response) => response.writeHead(200, { connection: "keep-alive", "X-A": "a" })],
    [
      "writeHead with a reason",
      (response) => response.writeHead(200, "OK", { Connection: "Keep-Alive", "X-A": "a" }),
    ],
    [
      "writeHead with a list",
      (response) => response.writeHead(200, ["Connection", "keep-alive", "X-A", "a"]),
    ],
    [
      "setHeader and writeHead",
      (response) =>
        response.setHeader("connection", "keep-alive").writeHead(200, { Connection: "keep-alive" }),
    ],
  ])("a response whose own Connection is keep-alive, by %s, says close", async (_way, name) => {
    const { traffic, next, wire } = await start();
    const [early, late] = [await wire(), await wire()];
    early.send(GET);
    const first = await next(1);
    traffic.drain();
    late.send(GET);
    for (const response of [first, await next(2)]) {
      name(response);
      response.end("whole");
    }
    for (const client of [early, late]) {
      const all = await client.ended;
      expect(all).toMatch(/whole(?:\r\n0\r\n\r\n)?$/);
      expect(all.match(/^connection: .*$/gim)).toEqual([
        expect.stringMatching(/^connection: close$/i),
      ]);
    }
  });

  test("the first of two responses on a connection keeps it, as the service says", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    const first = await next(1);
    traffic.drain();
    client.send(GET);
    const second = await next(2);
    for (const [response, body] of [
      [first, "one"],
      [second, "two"],
    ] as const) {
      response.setHeader("Connection", "keep-alive");
      response.end(body);
    }
    expect(await client.ended).toMatch(
      /Connection: keep-alive[\s\S]*one[\s\S]*Connection: close[\s\S]*two$/,
    );
  });

  test("a response that ends after the drain ends its connection, whatever its head says", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    const response = await next(1);
    response.write("one");
    await client.received("one");
    traffic.close(0);
    response.end("two");
    const all = await client.ended;
    expect(all).toContain("Connection: keep-alive");
    expect(all).toMatch(/two\r\n0\r\n\r\n$/);
  });

  test("new connections are served during the drain, and refused after it", async () => {
    const { server, traffic, next, wire } = await start();
    traffic.drain();
    const client = await wire();
    client.send(GET);
    (await next(1)).end("one");
    expect(await client.ended).toMatch(/one$/);
    traffic.close(0);
    expect(server.listening).toBe(false);
    await expect(wire()).rejects.toThrow();
    await traffic.empty();
  });

  test("connections that are idle are ended at once, those that never sent a byte too", async () => {
    const { traffic, next, wire } = await start();
    const silent = await wire();
    const idle = await wire();
    idle.send(GET);
    (await next(1)).end("one");
    await idle.received("one");
    traffic.close(0);
    await Promise.all([silent.ended, idle.ended, traffic.empty()]);
    expect(traffic.cutOff()).toEqual({ requests: 0, connections: 0 });
  });

  test("a request in flight at the end of the drain finishes, and is waited for", async () => {
    const { traffic, next, wire } = await start();
    const client = await wire();
    client.send(GET);
    const response = await next(1);
    traffic.close(0);
    let empty = false;
    const emptied = traffic.empty().then(() => {
      empty = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(empty).toBe(false);
    response.end("one");
    expect(await client.ended).toMatch(/Connection: close[\s\S]*one$/);
    await emptied;
  });

  test("requests that do not end are cut off, and counted", async () => {
    const { traffic, next, wire } = await start();
    const clients = [await wire(), await wire()];
    for (const client of clients) client.send(GET);
    await next(2);
    traffic.close(0);
    expect(traffic.cutOff()).toEqual({ requests: 2, connections: 0 });
    expect(await Promise.all(clients.map(({ ended }) => ended))).toEqual(["", ""]);
    await traffic.empty();
  });

  test.each([
    ["before", "the last one ends it"],
    ["during", "the last one ends it too"],
  ])(
    "requests that come one behind another %s the drain are all answered, and %s",
    async (when) => {
      const { traffic, next, wire } = await start();
      const client = await wire();
      if (when === "during") traffic.drain();
      client.send(GET);
      const first = await next(1);
      client.send(GET);
      const second = await next(2);
      traffic.drain();
      second.end("two");
      first.end("one");
      const all = await client.ended;
      expect(all).toMatch(/one[\s\S]*Connection: close[\s\S]*two$/);
      expect(all.match(/Connection: close/g)).toHaveLength(1);
    },
  );
});

test("a request whose head has come in part is waited for", async () => {
  const { listener, next } = heldRequests();
  const { traffic, base } = await watched(createServer(listener));
  const client = await openWire(base);
  open.push(client.destroy);
  client.send(GET);
  (await next(1)).end("one");
  await client.received("one");
  client.send(GET.slice(0, 8));
  // What another connection is answered after that, the server has read it before.
  expect(
    await Promise.all([ask(base, "GET", "/"), next(2).then((second) => second.end())]),
  ).toHaveLength(2);
  traffic.close(0);
  client.send(GET.slice(8));
  (await next(3)).end("two");
  expect(await client.ended).toMatch(/Connection: close[\s\S]*two$/);
  await traffic.empty();
});

test("a TLS handshake that is never finished is ended with what is idle", async () => {
  const server = createHttpsServer(CERTIFICATE);
  const { traffic, base } = await watched(server);
  const accepted = once(server, "connection");
  const client = await openWire(base);
  open.push(client.destroy);
  client.send("\u0016\u0003\u0001");
  await accepted;
  traffic.close(0);
  await client.ended;
  await traffic.empty();
});

describe("a young connection has a moment", () => {
  async function start(server: Server = createServer((_, response) => response.end("Hello"))) {
    const clock = new FakeClock();
    const { traffic, base, secure } = await watched(server, clock);
    const connect = async () => {
      const connected = once(server, "connection");
      const client = await openWire(base);
      open.push(client.destroy);
      const [socket] = (await connected) as [Socket];
      return { ...client, hasRead: (bytes: number) => hasRead(socket, bytes) };
    };
    return { traffic, clock, connect, secure };
  }

  test("for its first byte, and is served", async () => {
    const { traffic, clock, connect } = await start();
    const client = await connect();
    traffic.close(0);
    await clock.advance(999);
    client.send(GET);
    expect(await client.ended).toMatch(/Connection: close[\s\S]*Hello$/);
    await traffic.empty();
  });

  test("and is ended after that", async () => {
    const { traffic, clock, connect } = await start();
    const old = await connect();
    await clock.advance(600);
    const young = await connect();
    traffic.close(0);
    await clock.advance(400);
    await old.ended;
    young.send("G");
    await young.hasRead(1);
    // Its request is coming in, so it is waited for like any other.
    await clock.advance(5000);
    expect(traffic.cutOff()).toEqual({ requests: 0, connections: 1 });
    await young.ended;
  });

  test("for its TLS handshake, and another one for its first byte", async () => {
    const server = createHttpsServer(CERTIFICATE, (_, response) => response.end("Hello"));
    const { traffic, clock, secure } = await start(server);
    const { port } = new URL(secure);
    const accepted = once(server, "connection");
    const raw = connectSocket(Number(port), "127.0.0.1");
    open.push(() => raw.destroy());
    await accepted;
    traffic.close(0);
    await clock.advance(900);
    const secured = once(server, "secureConnection");
    const client = connectTls({ socket: raw, rejectUnauthorized: false });
    await secured;
    await clock.advance(900);
    client.write(GET);
    let all = "";
    for await (const chunk of client) all += chunk;
    expect(all).toMatch(/Connection: close[\s\S]*Hello$/);
    await traffic.empty();
  });

  test("for its TLS handshake, and HTTP/2 after it", async () => {
    const server = createSecureServer(CERTIFICATE, (_, response) => void response.end("Hello"));
    const { traffic, clock, secure } = await start(server as unknown as Server);
    const accepted = once(server, "connection");
    const raw = connectSocket(Number(new URL(secure).port), "127.0.0.1");
    open.push(() => raw.destroy());
    await accepted;
    traffic.close(250);
    await clock.advance(900);
    const secured = once(server, "secureConnection");
    const options = { socket: raw, ALPNProtocols: ["h2"], rejectUnauthorized: false };
    const socket = connectTls(options);
    await secured;
    const session = connectHttp2(secure, { createConnection: () => socket });
    open.push(() => session.destroy());
    const [headers] = await once(session.request({ ":path": "/" }).resume(), "response");
    expect(headers[":status"]).toBe(200);
    await clock.advance(250);
    await traffic.empty();
  });

  test("for its first stream of HTTP/2, which a client that has received GOAWAY does not open", async () => {
    const server = createHttp2Server((_, response) => void response.end("Hello"));
    const { traffic, clock, secure } = await start(server as unknown as Server);
    const accepted = once(server, "connection");
    const { port } = new URL(secure);
    const socket = connectSocket(Number(port), "127.0.0.1");
    open.push(() => socket.destroy());
    await accepted;
    traffic.close(250);
    const session = connectHttp2(`http://127.0.0.1:${port}`, { createConnection: () => socket });
    open.push(() => session.destroy());
    const [headers] = await once(session.request({ ":path": "/" }).resume(), "response");
    expect(headers[":status"]).toBe(200);
    await clock.advance(250);
    await traffic.empty();
  });
});

describe("a server that is fed by emit() and never listens", () => {
  async function start() {
    const clock = new FakeClock();
    const server = createServer((_, response) => response.end("Hello"));
    const traffic = drainOf(server, clock);
    let fed: Socket | undefined;
    const front = createSocketServer((socket) => {
      fed = socket;
      server.emit("connection", socket);
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    open.push(() => front.close());
    open.push(() => traffic.dispose());
    const { port } = front.address() as AddressInfo;
    const client = await openWire(`http://127.0.0.1:${port}`);
    open.push(client.destroy);
    client.send(GET);
    await client.received("Hello");
    if (fed === undefined) throw new Error("Nothing was fed.");
    const socket = fed;
    return { traffic, client, hasRead: (bytes: number) => hasRead(socket, bytes) };
  }

  test("has its idle connections ended", async () => {
    const { traffic, client } = await start();
    traffic.close(0);
    await client.ended;
    await traffic.empty();
    expect(traffic.cutOff()).toEqual({ requests: 0, connections: 0 });
  });

  test("and none whose request is coming in", async () => {
    const { traffic, client, hasRead } = await start();
    client.send("GET / HT");
    await hasRead(GET.length + 8);
    traffic.close(0);
    client.send("TP/1.1\r\nHost: a\r\n\r\n");
    expect(await client.ended).toMatch(/Hello[\s\S]*Connection: close[\s\S]*Hello$/);
    await traffic.empty();
  });
});

test("an upgraded connection is left to its server, and cut off at the end", async () => {
  const server = createServer();
  server.on("upgrade", (_request, socket) => {
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n",
    );
    socket.on("data", (chunk) => socket.write(chunk));
  });
  const { traffic, base } = await watched(server);
  const client = await openWire(base);
  open.push(client.destroy);
  client.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
  await client.received("101");
  traffic.drain();
  traffic.close(0);
  client.send("still there");
  await client.received("still there");
  expect(traffic.cutOff()).toEqual({ requests: 0, connections: 1 });
  await client.ended;
});

test("a server that begins to listen after the drain is closed", async () => {
  const server = createServer();
  const traffic = drainOf(server);
  open.push(() => traffic.dispose());
  server.listen(0, "127.0.0.1");
  traffic.close(0);
  const again = createServer();
  const late = drainOf(again);
  open.push(() => late.dispose());
  late.close(0);
  again.listen(0, "127.0.0.1");
  await once(again, "listening");
  // What has called listen() reads the address in this turn, as Fastify does.
  expect(again.address()).toMatchObject({ address: "127.0.0.1" });
  await once(again, "close");
  expect([server.listening, again.listening]).toEqual([false, false]);
});

describe("the address of a server that is closed", () => {
  test("stays until dispose(), and is a new one where it listens again", async () => {
    const server = createServer();
    const { address } = server;
    const traffic = drainOf(server);
    const listen = async () => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      // That of Node itself, while the server listens.
      return address.call(server) as AddressInfo;
    };
    const first = await listen();
    traffic.close(0);
    expect(server.address()).toEqual(first);
    await once(server, "close");
    const second = await listen();
    expect(second).toMatchObject({ address: "127.0.0.1" });
    await once(server, "close");
    expect(server.address()).toEqual(second);
    traffic.dispose();
    expect(server.address()).toBeNull();
    expect(Object.hasOwn(server, "address")).toBe(false);
  });

  test("is none where it never listened", () => {
    const server = createServer();
    const traffic = drainOf(server);
    traffic.close(0);
    expect(server.address()).toBeNull();
    traffic.dispose();
  });

  test("is left to a wrapper that came before, and to one that came later", async () => {
    const server = createServer();
    const { address } = server;
    const earlier = () => address.call(server);
    server.address = earlier;
    const traffic = drainOf(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    traffic.close(0);
    expect(server.address()).toMatchObject({ address: "127.0.0.1" });
    const kept = server.address;
    const later = () => kept.call(server);
    server.address = later;
    traffic.dispose();
    expect(server.address).toBe(later);
    server.address = kept;
    traffic.dispose();
    expect(server.address).toBe(earlier);
  });
});

test("after dispose() the server is as it was", () => {
  const server = createServer();
  const before = Object.getOwnPropertyNames(server);
  drainOf(server).dispose();
  expect(Object.getOwnPropertyNames(server)).toEqual(before);
});

describe("the newest request", () => {
  async function start(mount: (server: Server) => void, server = createServer()) {
    const clock = new FakeClock();
    mount(server);
    const { traffic, base } = await watched(server, clock);
    traffic.drain();
    await clock.advance(100);
    const newest = async (path: string, headers = {}) => {
      const { status } = await ask(base, "GET", path, { headers });
      return [status, traffic.newest];
    };
    return { newest, traffic, clock };
  }
  const healthOf = () => {
    const health = createHealth({ logger: false });
    onTestFinished(() => health.close());
    return health;
  };
  const answer: RequestListener = (_, response) => response.end();

  test("is none before the first one", async () => {
    const { traffic } = await start(() => {});
    expect(traffic.newest).toBe(-Infinity);
  });

  test("is one that has ended before the drain too", async () => {
    const clock = new FakeClock();
    const { traffic, base } = await watched(createServer(answer), clock);
    await clock.advance(70);
    await ask(base, "GET", "/");
    traffic.drain();
    expect(traffic.newest).toBe(70);
  });

  test.each([
    ["hale/fetch", (health: Health) => healthHandler(health)],
    ["hale/next", (health: Health) => healthRouteHandlers(health).GET],
  ])("is no probe that %s answers behind a server of Node", async (_, adapterOf) => {
    const handle = adapterOf(healthOf());
    const { newest } = await start(
      () => {},
      createServer(async ({ url, method = "" }, response) => {
        const answered = await handle(new Request(`http://a${url}`, { method }));
        response.writeHead(answered?.status ?? 404).end(await answered?.text());
      }),
    );
    expect(await newest("/readyz")).toEqual([200, -Infinity]);
    expect(await newest("/health/other")).toEqual([404, 100]);
  });

  test("is one of the service, and no probe and no scrape", async () => {
    const { newest } = await start((server) => {
      server.on("request", answer);
      attach(server, healthOf());
    });
    expect(await newest("/livez")).toEqual([200, -Infinity]);
    expect(await newest("/metrics?name=a")).toEqual([200, -Infinity]);
    expect(await newest("/any", { "user-agent": "Prometheus/3.5.0" })).toEqual([200, -Infinity]);
    expect(await newest("/metrics-of-the-shop")).toEqual([200, 100]);
  });

  test("is no probe that a route of Express answers", async () => {
    const app = createApp();
    app.use(healthMiddleware(healthOf()));
    app.get("/", (_request, response) => void response.send("Hello"));
    const { newest } = await start(() => {}, createServer(app));
    expect(await newest("/livez")).toEqual([200, -Infinity]);
    expect(await newest("/")).toEqual([200, 100]);
  });

  test("is no probe that a hook of Fastify answers", async () => {
    const app = createFastify();
    await app.register(healthPlugin(healthOf()));
    app.get("/", async () => "Hello");
    await app.ready();
    onTestFinished(() => app.close());
    const { newest } = await start(() => {}, app.server);
    expect(await newest("/livez")).toEqual([200, -Infinity]);
    expect(await newest("/")).toEqual([200, 100]);
  });

  test("is one in flight while nobody has answered it", async () => {
    const { listener, next } = heldRequests();
    const { newest, traffic, clock } = await start((server) => server.on("request", listener));
    const asked = newest("/");
    const response = await next(1);
    await clock.advance(50);
    expect(traffic.newest).toBe(100);
    response.end();
    expect(await asked).toEqual([200, 100]);
  });
});

test("a probe says Connection: close too", async () => {
  const server = createServer();
  const health = createHealth({ logger: false });
  open.push(() => health.close());
  attach(server, health);
  const { traffic, base } = await watched(server);
  const keep = { headers: { connection: "keep-alive" } };
  expect((await ask(base, "GET", "/livez", keep)).headers.connection).toBe("keep-alive");
  traffic.drain();
  expect((await ask(base, "GET", "/livez", keep)).headers.connection).toBe("close");
});

describe.each([
  ["HTTP/2", () => createHttp2Server(), "base"],
  ["HTTP/2 with TLS", () => createSecureServer(CERTIFICATE), "secure"],
] as const)("%s", (_, create, where) => {
  async function start() {
    const clock = new FakeClock();
    const server: NodeServer = create();
    const held: ServerHttp2Stream[] = [];
    let came = () => {};
    server.on("stream", (stream: ServerHttp2Stream) => {
      held.push(stream);
      came();
    });
    const { traffic, [where]: base } = await watched(server, clock);
    const session = connectHttp2(base, { rejectUnauthorized: false });
    session.on("error", () => {});
    open.push(() => session.destroy());
    const goaways: number[][] = [];
    let told = () => {};
    session.on("goaway", (code, last) => {
      goaways.push([code, last]);
      told();
    });
    const toldTo = async (count: number) => {
      while (goaways.length < count) {
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
      return goaways;
    };
    const request = async (count: number) => {
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => {});
      const ended = new Promise<string>((resolve) => {
        let body = "";
        stream.setEncoding("utf8").on("data", (chunk) => {
          body += chunk;
        });
        stream.on("close", () => resolve(body));
      });
      while (held.length < count) {
        await new Promise<void>((resolve) => {
          came = resolve;
        });
      }
      const answered = held[count - 1];
      if (answered === undefined) throw new Error("There is none.");
      return { ended, answered };
    };
    return { server, traffic, clock, session, request, toldTo };
  }

  test("clients are told to move on when they are to be, and their streams finish", async () => {
    const { traffic, clock, request, toldTo } = await start();
    const { ended, answered } = await request(1);
    traffic.drain();
    traffic.sendGoaway();
    expect(await toldTo(1)).toEqual([[0, 2 ** 31 - 1]]);
    await clock.advance(5000);
    traffic.close(2000);
    answered.respond({ ":status": 200 });
    answered.end("Hello");
    expect(await ended).toBe("Hello");
    await traffic.empty();
    expect(traffic.cutOff()).toEqual({ requests: 0, connections: 0 });
  });

  test("one that came during the drain is told at its end, and closed after `quiet`", async () => {
    const { traffic, clock, request, session, toldTo } = await start();
    traffic.drain();
    const { answered, ended } = await request(1);
    answered.respond({ ":status": 200 });
    answered.end("Hello");
    await ended;
    const closed = new Promise((resolve) => session.once("close", resolve));
    traffic.close(2000);
    expect(await toldTo(1)).toEqual([[0, 2 ** 31 - 1]]);
    await clock.advance(1999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    await Promise.all([closed, traffic.empty()]);
  });

  test("streams that do not end are cut off, and counted", async () => {
    const { traffic, request } = await start();
    const { ended } = await request(1);
    traffic.close(0);
    expect(traffic.cutOff()).toEqual({ requests: 1, connections: 0 });
    expect(await ended).toBe("");
    await traffic.empty();
  });

  test("a stream is the newest request, and one that is hale's is not", async () => {
    const { traffic, clock, request, server, session } = await start();
    const health = createHealth({ logger: false });
    open.push(() => health.close());
    attach(server, health);
    traffic.drain();
    await clock.advance(100);
    const probe = session.request({ ":path": "/livez" });
    const [headers] = await once(probe, "response");
    await once(probe.resume(), "close");
    expect([headers[":status"], traffic.newest]).toEqual([200, -Infinity]);
    const { answered, ended } = await request(1);
    answered.respond({ ":status": 200 });
    answered.end();
    await ended;
    expect(traffic.newest).toBe(100);
  });
});

test("a response that has its end, but is still on its way to a slow client, comes whole", async () => {
  const size = 16 * 1024 * 1024;
  const { listener, next } = heldRequests();
  const { traffic, base } = await watched(createServer(listener));
  const came = new Promise<number>((resolve, reject) => {
    get(base, { agent: false }, (response) => {
      let bytes = 0;
      // What is not listened to yet is not read either.
      closed.then(() => {
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on("end", () => resolve(bytes)).on("error", reject);
      });
    }).on("error", reject);
  });
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const response = await next(1);
  response.end(Buffer.alloc(size));
  traffic.close(0);
  close();
  expect(await came).toBe(size);
  await traffic.empty();
  expect(traffic.cutOff()).toEqual({ requests: 0, connections: 0 });
});
