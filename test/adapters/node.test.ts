import { once } from "node:events";
import { createServer, request, Server } from "node:http";
import {
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { connect, createServer as createTcpServer } from "node:net";
import createApp from "express";
import { afterEach, describe, expect, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { auditedOptions } from "../../src/testing/audited-options.ts";
import type { Controlled } from "../../src/testing/controlled-audits.ts";
import { ask, askRaw } from "../_support/ask.ts";
import { askHttp2 } from "../_support/ask-http2.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { serve } from "../_support/serve.ts";
import {
  adapterContract,
  controlledContract,
  type Differences,
} from "../contracts/adapter-contract.ts";

adapterContract("a server of node:http", (health, saw) => {
  const server = createServer(({ url = "" }, response) => {
    saw(url);
    response.end(`the application: ${url}`);
  });
  attach(server, health);
  return serve(server);
});

/** HTTP/1 has versions, targets and bytes that HTTP/2 has not: a server without it closes the connection. */
const HTTP2_ALONE: Differences = {
  "http-1.0":
    /^"OPTIONS \/health\/ready HTTP\/1\.0" received no response: the connection was closed\./,
  "absolute-form": /^"GET http:\S+ HTTP\/1\.1" received no response: the connection was closed\./,
  "body-unread": /^"GET \/health HTTP\/1\.1" received no response: the connection was closed\./,
};

/** Starts a server of node:http2 with a health of its own, which is asked over HTTP/2. */
async function http2Controlled(
  server: Http2Server | Http2SecureServer,
  listen: (saw: (path: string) => void) => void,
): Promise<Controlled> {
  const { options, set } = auditedOptions();
  const health = createHealth(options);
  const seen: string[] = [];
  const sessions = new Set<Http2Session>();
  server.on("session", (session) => sessions.add(session));
  listen((path) => seen.push(path));
  attach(server, health);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `${"setSecureContext" in server ? "https" : "http"}://127.0.0.1:${port}`;
  return {
    base,
    set,
    seen: () => seen,
    drain: () => health.drain(),
    request: (...asked) => askHttp2(base, ...asked),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await Promise.all([health.close(), closed]);
    },
  };
}

controlledContract("a server of node:http2 with TLS, which speaks HTTP/1 too", () => {
  const server = createSecureServer({ ...CERTIFICATE, allowHTTP1: true });
  return http2Controlled(server, (saw) => {
    server.on("request", ({ url }, response) => {
      saw(url);
      response.end(`the application: ${url}`);
    });
  });
});

controlledContract(
  "a server of node:http2 without TLS, with listeners of request",
  () => {
    const server = createHttp2Server();
    return http2Controlled(server, (saw) => {
      server.on("request", ({ url }, response) => {
        saw(url);
        response.end(`the application: ${url}`);
      });
    });
  },
  HTTP2_ALONE,
);

controlledContract(
  "a server of node:http2 without TLS, with listeners of stream",
  () => {
    const server = createHttp2Server();
    return http2Controlled(server, (saw) => {
      server.on("stream", (stream, { ":path": path = "" }) => {
        saw(path);
        stream.respond({ ":status": 200 });
        stream.end(`the application: ${path}`);
      });
    });
  },
  HTTP2_ALONE,
);

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function healthOf(options: HealthOptions = {}) {
  const health = createHealth({ logger: false, ...options });
  open.push(() => health.close());
  return health;
}

/** A run that says when it has begun, and ends when it is told to. */
function heldRun() {
  let begin = () => {};
  let end = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const run = () => {
    begin();
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  return { run, begun, end: () => end() };
}

async function start(server: Server): Promise<string> {
  const { base, close } = await serve(server);
  open.push(close);
  return base;
}

describe("attach", () => {
  test("refuses the same health on the same server", () => {
    const server = createServer();
    const health = healthOf();
    attach(server, health);
    expect(() => attach(server, health)).toThrow(
      expect.objectContaining({ code: "HALE_ALREADY_ATTACHED" }),
    );
  });

  test("takes one health on two servers, and two healths on one, the last one first", async () => {
    const first = healthOf({ http: { paths: { readiness: "/first" } } });
    const second = healthOf({ http: { paths: { readiness: "/second" } } });
    const server = createServer((_, response) => response.end("the application"));
    attach(server, first);
    attach(server, second);
    const other = createServer();
    attach(other, first);
    await start(other);
    const base = await start(server);
    for (const path of ["/first", "/second", "/health"]) {
      expect((await ask(base, "GET", path)).body).toBe('{"status":"ok"}');
    }
    second.drain();
    expect((await ask(base, "GET", "/second")).status).toBe(503);
    expect((await ask(base, "GET", "/first")).status).toBe(200);
  });

  test("detaches in any order, and leaves the server as it was", async () => {
    const server = createServer((_, response) => response.end("the application"));
    const base = await start(server);
    const detachFirst = attach(server, healthOf({ http: { paths: { readiness: "/first" } } }));
    const detachSecond = attach(server, healthOf({ http: { paths: { readiness: "/second" } } }));
    detachFirst();
    expect((await ask(base, "GET", "/first")).body).toBe("the application");
    expect((await ask(base, "GET", "/second")).body).toBe('{"status":"ok"}');
    detachSecond();
    detachSecond();
    expect((await ask(base, "GET", "/second")).body).toBe("the application");
  });

  test("is not undone by what detached an earlier one", async () => {
    const server = createServer((_, response) => response.end("the application"));
    const base = await start(server);
    const health = healthOf();
    const detach = attach(server, health);
    detach();
    attach(server, health);
    detach();
    expect((await ask(base, "GET", "/health")).body).toBe('{"status":"ok"}');
  });

  test("leaves nothing on the server when it is detached", () => {
    const server = createServer();
    attach(server, healthOf())();
    expect(Object.hasOwn(server, "emit")).toBe(false);
  });

  test("leaves nothing behind, however often and in whatever order healths come and go", () => {
    const server = createServer();
    const [one, other] = [healthOf(), healthOf({ http: { paths: { readiness: "/other" } } })];
    let old = attach(server, one);
    const first = server.emit;
    for (let turn = 0; turn < 10; turn++) {
      const fresh = attach(server, turn % 2 === 0 ? other : one);
      old();
      old = fresh;
    }
    expect(server.emit).toBe(first);
    old();
    expect(Object.hasOwn(server, "emit")).toBe(false);
  });

  test("does not undo what has been laid over it since", async () => {
    const server = createServer((_, response) => response.end("the application"));
    const detach = attach(server, healthOf());
    const below = server.emit.bind(server);
    const seen: unknown[] = [];
    server.emit = (event: string, ...values: unknown[]) => {
      seen.push(event);
      return below(event, ...values);
    };
    detach();
    const base = await start(server);
    expect((await ask(base, "GET", "/health")).body).toBe("the application");
    expect(seen).toContain("request");
    attach(server, healthOf());
    expect((await ask(base, "GET", "/health")).body).toBe('{"status":"ok"}');
  });

  test.each([
    ["a server of node:net", createTcpServer()],
    ["an application of Express", createApp()],
    ["nothing", undefined],
  ])("refuses %s", (_, server) => {
    expect(() => attach(server as unknown as Server, healthOf())).toThrow(
      expect.objectContaining({ code: "HALE_BAD_OPTION" }),
    );
  });

  test("says the order where the arguments are exchanged", () => {
    const swapped = () => attach(healthOf() as unknown as Server, createServer() as never);
    expect(swapped).toThrow(/Write attach\(server, health\)\./);
  });

  test("answers before listeners that are added later, which see the rest", async () => {
    const server = createServer();
    attach(server, healthOf());
    const seen: (string | undefined)[] = [];
    server.on("request", ({ url }, response) => {
      seen.push(url);
      response.end("late");
    });
    const base = await start(server);
    expect((await ask(base, "GET", "/health")).body).toBe('{"status":"ok"}');
    expect((await ask(base, "GET", "/x")).body).toBe("late");
    expect(seen).toEqual(["/x"]);
  });

  test("goes on working, and lets it work, when the prototype is instrumented afterwards", async () => {
    const server = createServer((_, response) => response.end("the application"));
    attach(server, healthOf());
    const emit = Server.prototype.emit;
    const seen: unknown[] = [];
    Server.prototype.emit = function (this: Server, event: string, ...values: unknown[]) {
      if (event === "request") seen.push((values[0] as { url: string }).url);
      return Reflect.apply(emit, this, [event, ...values]);
    } as typeof emit;
    open.push(() => {
      Server.prototype.emit = emit;
    });
    const base = await start(server);
    expect((await ask(base, "GET", "/health")).body).toBe('{"status":"ok"}');
    await ask(base, "GET", "/x");
    expect(seen).toEqual(["/x"]);
  });

  test("answers a request that expects 100-continue, without asking for its body", async () => {
    const server = createServer((_, response) => response.end("the application"));
    attach(server, healthOf());
    server.on("checkContinue", () => {
      throw new Error("The application must not see this.");
    });
    const base = await start(server);
    const replies = await askRaw(
      base,
      "POST /health HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
    );
    expect(replies.join("")).toMatch(/^HTTP\/1\.1 405 /);
  });

  test("answers a request with an expectation that Node does not know", async () => {
    const server = createServer((_, response) => response.end("the application"));
    attach(server, healthOf());
    server.on("checkExpectation", (_, response) => response.writeHead(417).end());
    const base = await start(server);
    const head = "HTTP/1.1\r\nHost: a\r\nExpect: more\r\nConnection: close\r\n\r\n";
    expect((await askRaw(base, `GET /health ${head}`)).join("")).toMatch(/^HTTP\/1\.1 200 /);
    expect((await askRaw(base, `GET /other ${head}`)).join("")).toMatch(/^HTTP\/1\.1 417 /);
  });

  test("lets an upgrade pass to the application", async () => {
    const server = createServer();
    attach(server, healthOf());
    server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    const base = await start(server);
    const replies = await askRaw(
      base,
      "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    expect(replies.join("")).toMatch(/^HTTP\/1\.1 101 /);
  });

  test("survives a client that goes away while a run is waited for", async () => {
    const held = heldRun();
    const server = createServer();
    attach(server, healthOf({ checks: { db: held.run } }));
    const base = await start(server);
    const gone = new Promise<void>((resolve) => {
      server.once("connection", (socket) => socket.once("close", () => resolve()));
    });
    const sent = request(`${base}/health/deep`);
    sent.on("error", () => {});
    sent.end();
    await held.begun;
    sent.destroy();
    await gone;
    held.end();
    expect((await ask(base, "GET", "/health/deep")).status).toBe(200);
  });

  test("answers pipelined probes in their order", async () => {
    const server = createServer((_, response) => response.end("the application"));
    attach(server, healthOf());
    const base = await start(server);
    const replies = await askRaw(
      base,
      "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\nHEAD /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    const bodies = replies.join("").match(/\{"status":"ok"\}|the application/g);
    expect(bodies).toEqual(['{"status":"ok"}', "the application"]);
  });
});

describe("a server of node:http2", () => {
  async function startHttp2(listen: (server: ReturnType<typeof createHttp2Server>) => void) {
    const server = createHttp2Server();
    listen(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    open.push(() => new Promise((resolve) => server.close(resolve)));
    open.push(() => client.close());
    return (method: string, path: string) =>
      new Promise<{ status: unknown; type: unknown; body: string }>((resolve, reject) => {
        const stream = client.request({ ":method": method, ":path": path });
        let head: Record<string, unknown> = {};
        let body = "";
        stream.on("response", (headers) => {
          head = headers;
        });
        stream.setEncoding("utf8");
        stream.on("data", (chunk: string) => {
          body += chunk;
        });
        stream.on("error", reject);
        stream.on("end", () =>
          resolve({ status: head[":status"], type: head["content-type"], body }),
        );
        stream.end();
      });
  }

  test.each([
    [
      "request",
      (server: ReturnType<typeof createHttp2Server>) => {
        server.on("request", (_, response) => response.end("the application"));
      },
    ],
    [
      "stream",
      (server: ReturnType<typeof createHttp2Server>) => {
        server.on("stream", (stream) => {
          stream.respond({ ":status": 200 });
          stream.end("the application");
        });
      },
    ],
  ])("is answered in front of its %s listeners", async (_, listen) => {
    const health = healthOf({
      checks: {
        db: async () => {
          throw new Error("gone");
        },
      },
    });
    const askHttp2 = await startHttp2((server) => {
      listen(server);
      attach(server, health);
    });
    const type = "application/json; charset=utf-8";
    expect(await askHttp2("GET", "/health")).toEqual({
      status: 200,
      type,
      body: '{"status":"ok"}',
    });
    expect(await askHttp2("HEAD", "/health/ready")).toEqual({ status: 503, type, body: "" });
    expect((await askHttp2("DELETE", "/health")).status).toBe(405);
    expect((await askHttp2("GET", "/x")).body).toBe("the application");
  });
});

test("a client of HTTP/2 that resets its stream while a run is waited for harms nothing", async () => {
  const held = heldRun();
  const server = createHttp2Server();
  attach(server, healthOf({ checks: { db: held.run } }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connectHttp2(url);
  open.push(() => new Promise((resolve) => server.close(resolve)));
  open.push(() => client.close());
  const gone = new Promise<void>((resolve) => {
    server.once("session", (session) => {
      session.once("stream", (stream) => stream.once("close", () => resolve()));
    });
  });
  const stream = client.request({ ":path": "/health/deep" });
  stream.on("error", () => {});
  await held.begun;
  stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  await gone;
  held.end();
  const again = client.request({ ":path": "/health" }).resume();
  const closed = once(again, "close");
  const [headers] = await once(again, "response");
  expect(headers[":status"]).toBe(200);
  await closed;
});

test("a connection that sends half a request is not answered, and harms nothing", async () => {
  const server = createServer();
  attach(server, healthOf());
  const base = await start(server);
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.write("GET /health HT", () => resolve()));
  expect((await ask(base, "GET", "/health")).status).toBe(200);
  socket.destroy();
});
