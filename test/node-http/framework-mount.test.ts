import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { server as createHapi } from "@hapi/hapi";
import { serve as serveHono } from "@hono/node-server";
import createExpress5 from "express";
import createExpress4 from "express4";
import createFastify5 from "fastify";
import createFastify4 from "fastify4";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { healthMiddleware as expressMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin as fastifyPlugin } from "../../src/adapters/fastify.ts";
import { healthPlugin as hapiPlugin } from "../../src/adapters/hapi.ts";
import { healthMiddleware as honoMiddleware } from "../../src/adapters/hono.ts";
import { healthMiddleware as koaMiddleware } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";

let warnings: string[];
let health: Health;
beforeEach(() => {
  warnings = [];
  health = createHealthWithLog();
});

afterEach(async () => {
  for (const made of healths.splice(0)) await made.close();
});

const healths: Health[] = [];

function createHealthWithLog(options = {}): Health {
  const logger = { info() {}, warn: (line: string) => warnings.push(line), error() {} };
  const made = createHealth({ logger, ...options });
  healths.push(made);
  return made;
}

interface Serving {
  readonly base: string;
  close(): Promise<unknown>;
}

const EXPRESS = [
  ["Express 4", createExpress4 as unknown as typeof createExpress5],
  ["Express 5", createExpress5],
] as const;

const FASTIFY = [
  ["Fastify 4", createFastify4 as unknown as typeof createFastify5],
  ["Fastify 5", createFastify5],
] as const;

/** Requests paths one after the other, and resolves to their statuses. */
async function statusesOf({ base, close }: Serving, ...paths: string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await ask(base, "GET", path)).status);
  await close();
  return statuses;
}

const PREFIX =
  'hale: healthMiddleware() is mounted below /health, so /health/ready is not answered, but /health/health/ready is. Mount it without a path, or set "paths". (HALE_MOUNT_PREFIX)';

const TWICE = /^hale: health\w+\(\) is mounted twice for one health: .* \(HALE_MOUNT_TWICE\)$/;

const unreached = (status: number, base: string, owner = "healthMiddleware()") =>
  `hale: GET /health/ready on port ${new URL(base).port} was answered ${status} by other code before it reached ${owner}. Mount that first, without a path, before routes and 404 handlers. Where it is meant to stand below a prefix, or on another port, send the probes there. (HALE_MOUNT_UNREACHED)`;

const shadowed = (path: string, status: number, base: string, owner = "healthMiddleware()") =>
  `hale: GET ${path} on port ${new URL(base).port} was answered ${status} by other code before it reached ${owner}. Other requests reach it. Remove that route, mount ${owner} before it in the root of the app, or leave the path out of "paths". (HALE_MOUNT_UNREACHED)`;

describe.each(EXPRESS)("%s", (_, createApp) => {
  const serving = (app: ReturnType<typeof createApp>) =>
    serve(createServer(app as RequestListener));

  test("below a prefix that doubles the paths warns once", async () => {
    const app = createApp();
    app.use("/health", expressMiddleware(health));
    const statuses = await statusesOf(
      await serving(app),
      "/health/ready?verbose",
      "/health/ready",
      "/health",
      "/health/health/ready",
    );
    expect(statuses).toEqual([404, 404, 404, 200]);
    expect(warnings).toEqual([PREFIX]);
  });

  test.each([
    ["/api/health", "/api", "below /api"],
    ["/v1/internal/health", "/v1/internal", "below /v1/internal"],
  ])("below %s warns once, and names the part that may stay", async (prefix, outer, place) => {
    const app = createApp();
    app.use(prefix, expressMiddleware(health));
    const paths = [`${prefix}/ready`, prefix, `${prefix}/health/ready`];
    expect(await statusesOf(await serving(app), ...paths)).toEqual([404, 404, 200]);
    expect(warnings).toEqual([
      `hale: healthMiddleware() is mounted below ${prefix}, so ${prefix}/ready is not answered, but ${prefix}/health/ready is. Mount it ${place}, or set "paths". (HALE_MOUNT_PREFIX)`,
    ]);
    expect(prefix.startsWith(outer)).toBe(true);
  });

  test("in a router of a router whose prefixes double the paths warns once", async () => {
    const app = createApp();
    const inner = createApp.Router();
    inner.use("/health", expressMiddleware(health));
    app.use("/api", inner);
    const paths = ["/api/health/live/", "/api/health/deep", "/api/health/health/live"];
    expect(await statusesOf(await serving(app), ...paths)).toEqual([404, 404, 200]);
    expect(warnings).toEqual([
      expect.stringContaining("below /api/health, so /api/health/live/ is not answered"),
    ]);
  });

  test.each([
    ["is requested later", ["/", "/health/live", "/health/ready", "/health/ready", "/health/live"]],
    ["is requested first", ["/health/ready", "/", "/health/ready", "/health/ready"]],
  ])(
    "after an old route, which other requests do not reach, warns once when that %s",
    async (_, paths) => {
      const app = createApp();
      app.get("/health/ready", (_request, response) => void response.send("fine"));
      app.use(expressMiddleware(health));
      const server = await serving(app);
      const statuses = paths.map((path) => (path === "/" ? 404 : 200));
      expect(await statusesOf(server, ...paths)).toEqual(statuses);
      expect(warnings).toEqual([shadowed("/health/ready", 200, server.base)]);
    },
  );

  test("has no watch any more once it has answered twenty probes", async () => {
    const app = createApp();
    app.get("/health/ready", (_request, response) => void response.send("fine"));
    app.use(expressMiddleware(health));
    const live = Array.from({ length: 20 }, () => "/health/live");
    await statusesOf(await serving(app), ...live, "/health/ready");
    expect(warnings).toEqual([]);
  });

  test("below an intended prefix, whatever else is requested at the root, warns of nothing", async () => {
    const app = createApp();
    app.use("/internal", expressMiddleware(health));
    const paths = ["/health/ready", "/internal/health/ready", "/health/ready", "/health/ready"];
    expect(await statusesOf(await serving(app), ...paths)).toEqual([404, 200, 404, 404]);
    expect(warnings).toEqual([]);
  });

  test("beside another server that has such paths of its own warns of the one with the mistake too", async () => {
    const stranger = createApp();
    stranger.get("/health/ready", (_request, response) => void response.send("mine"));
    const app = createApp();
    app.use((_request, response) => void response.sendStatus(404));
    app.use(expressMiddleware(health));
    const [other, own] = [await serving(stranger), await serving(app)];
    await statusesOf(other, "/health/ready", "/health/ready");
    await statusesOf(own, "/health/ready", "/health/ready", "/health/ready");
    expect(warnings).toEqual([unreached(200, other.base), unreached(404, own.base)]);
  });

  test("uncalled says what to write", async () => {
    const app = createApp();
    app.use(expressMiddleware as never);
    let failure: unknown;
    app.use(((thrown: unknown, _request: unknown, response: { end(): void }, _next: unknown) => {
      failure = thrown;
      response.end();
    }) as never);
    await statusesOf(await serving(app), "/");
    expect(failure).toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringMatching(
        /is an IncomingMessage\. Where a framework has called it, write app\.use\(healthMiddleware\(health\)\)\.$/,
      ),
    });
  });

  test("below another prefix, and below one that its own paths make whole, warns of nothing", async () => {
    const app = createApp();
    app.use("/internal", expressMiddleware(health));
    const paths = { liveness: "/live", readiness: "/ready", startup: "/startup", deep: "/deep" };
    app.use("/health", expressMiddleware(createHealthWithLog({ http: { paths } })));
    const statuses = await statusesOf(
      await serving(app),
      "/internal/health/ready",
      "/internal/other",
      "/health/ready",
      "/health/other",
    );
    expect(statuses).toEqual([200, 404, 200, 404]);
    expect(warnings).toEqual([]);
  });

  test("after a 404 handler warns once", async () => {
    const app = createApp();
    app.use((_request, response) => void response.sendStatus(404));
    app.use(expressMiddleware(health));
    const server = await serving(app);
    const statuses = await statusesOf(server, "/", "/health/ready", "/health/ready");
    expect(statuses).toEqual([404, 404, 404]);
    expect(warnings).toEqual([unreached(404, server.base)]);
  });

  test("twice after a 404 handler warns once", async () => {
    const app = createApp();
    app.use((_request, response) => void response.status(404).end());
    app.use(expressMiddleware(health));
    app.use("/internal", expressMiddleware(health));
    const server = await serving(app);
    const paths = ["/health/ready", "/health/ready", "/health/ready"];
    expect(await statusesOf(server, ...paths)).toEqual([404, 404, 404]);
    expect(warnings).toEqual([unreached(404, server.base)]);
  });

  test("after a route for every path, whose 200 says nothing of the service, warns once", async () => {
    const app = createApp();
    app.use((_request, response) => void response.send("<main>The shop</main>"));
    app.use(expressMiddleware(health));
    const server = await serving(app);
    expect(await statusesOf(server, "/", "/health/ready", "/health/ready")).toEqual([
      200, 200, 200,
    ]);
    expect(warnings).toEqual([unreached(200, server.base)]);
  });

  test("behind code that refuses or redirects callers on purpose warns of nothing", async () => {
    for (const status of [301, 401, 403, 429]) {
      const app = createApp();
      app.use((_request, response) => void response.sendStatus(status));
      app.use(expressMiddleware(health));
      const statuses = await statusesOf(await serving(app), "/health/ready", "/health/ready");
      expect(statuses).toEqual([status, status]);
    }
    expect(warnings).toEqual([]);
  });

  test("twice warns once, whether it was made once or twice", async () => {
    for (const made of [false, true]) {
      const own = createHealthWithLog();
      const mount = expressMiddleware(own);
      const app = createApp();
      app.use(mount);
      app.use(made ? expressMiddleware(own) : mount);
      const statuses = await statusesOf(await serving(app), "/health/ready", "/a", "/b", "/c");
      expect(statuses).toEqual([200, 404, 404, 404]);
    }
    expect(warnings).toEqual([expect.stringMatching(TWICE), expect.stringMatching(TWICE)]);
  });

  test("at the root and below a prefix answers at both, and warns of nothing", async () => {
    for (const made of [false, true]) {
      const own = createHealthWithLog();
      const mount = expressMiddleware(own);
      const app = createApp();
      app.use(mount);
      app.use("/internal", made ? expressMiddleware(own) : mount);
      const statuses = await statusesOf(
        await serving(app),
        "/internal/a",
        "/internal/b",
        "/health/ready",
        "/internal/health/ready",
        "/internal/c",
      );
      expect(statuses).toEqual([404, 404, 200, 200, 404]);
    }
    expect(warnings).toEqual([]);
  });

  test("attached, and below a prefix, answers at both, and warns of nothing", async () => {
    const app = createApp();
    app.use("/internal", expressMiddleware(health));
    const server = createServer(app as RequestListener);
    attach(server, health);
    const paths = ["/internal/a", "/health/ready", "/internal/health/ready"];
    expect(await statusesOf(await serve(server), ...paths)).toEqual([404, 200, 200]);
    expect(warnings).toEqual([]);
  });

  test("twice with that of another health between, or below a prefix, warns once", async () => {
    const other = createHealthWithLog({ http: { paths: { readiness: "/other" } } });
    const app = createApp();
    app.use(expressMiddleware(health), expressMiddleware(other), expressMiddleware(health));
    expect(await statusesOf(await serving(app), "/a", "/b")).toEqual([404, 404]);
    expect(warnings).toEqual([expect.stringMatching(TWICE)]);

    const own = createHealthWithLog();
    const mount = expressMiddleware(own);
    const prefixed = createApp();
    prefixed.use(mount);
    prefixed.use("/internal", mount, mount);
    expect(await statusesOf(await serving(prefixed), "/internal/a")).toEqual([404]);
    expect(warnings.slice(1)).toEqual([expect.stringMatching(TWICE)]);
  });

  test("a prefix is verified by the first hundred requests below it, and costs nothing after", async () => {
    const app = createApp();
    app.use("/health", expressMiddleware(health));
    const paths = Array.from({ length: 100 }, (_, index) => `/health/${index}`);
    await statusesOf(await serving(app), ...paths, "/health/ready");
    expect(warnings).toEqual([]);
  });

  test("beside attach() on the same server warns once", async () => {
    const app = createApp();
    app.use(expressMiddleware(health));
    const server = createServer(app as RequestListener);
    attach(server, health);
    expect(await statusesOf(await serve(server), "/health/ready", "/a", "/b")).toEqual([
      200, 404, 404,
    ]);
    expect(warnings).toEqual([expect.stringContaining("attach() answers every probe")]);
  });

  test("once on each of two servers, or for two healths of one, warns of nothing", async () => {
    const other = createHealthWithLog({ http: { paths: { readiness: "/other" } } });
    for (let index = 0; index < 2; index++) {
      const app = createApp();
      app.use(expressMiddleware(health), expressMiddleware(other));
      expect(await statusesOf(await serving(app), "/a", "/health/ready", "/b")).toEqual([
        404, 200, 404,
      ]);
    }
    expect(warnings).toEqual([]);
  });
});

describe("Koa", () => {
  test("below a prefix that doubles the paths warns once", async () => {
    const app = new Koa();
    const mounted = koaMiddleware(health);
    // What koa-mount does.
    app.use(async (context, next) => {
      if (!context.path.startsWith("/health")) return next();
      context.path = context.path.slice("/health".length) || "/";
      await mounted(context, async () => {
        context.path = context.originalUrl;
        await next();
      });
    });
    const server = await serve(createServer(app.callback()));
    expect(await statusesOf(server, "/health/ready", "/health/ready")).toEqual([404, 404]);
    expect(warnings).toEqual([PREFIX]);
  });

  test("after middleware that answers everything warns once", async () => {
    const app = new Koa();
    app.use((context) => {
      context.body = "The shop";
    });
    app.use(koaMiddleware(health));
    const server = await serve(createServer(app.callback()));
    expect(await statusesOf(server, "/health/ready", "/health/ready")).toEqual([200, 200]);
    expect(warnings).toEqual([unreached(200, server.base)]);
  });

  test("twice warns once", async () => {
    const app = new Koa();
    app.use(koaMiddleware(health)).use(koaMiddleware(health));
    const server = await serve(createServer(app.callback()));
    expect(await statusesOf(server, "/a", "/b", "/health/ready")).toEqual([404, 404, 200]);
    expect(warnings).toEqual([expect.stringMatching(TWICE)]);
  });
});

describe.each(FASTIFY)("%s", (_, createApp) => {
  async function serving(app: ReturnType<typeof createApp>): Promise<Serving> {
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  }

  test("with a prefix is refused, since that would have no effect", async () => {
    const app = createApp();
    app.register(fastifyPlugin(health), { prefix: "/internal" });
    await expect(app.ready().then(() => "ready")).rejects.toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringContaining("http.paths"),
    });
  });

  test("within a plugin, whose routes alone it sees, warns once", async () => {
    const app = createApp({ forceCloseConnections: true });
    app.register(async (inner) => void inner.register(fastifyPlugin(health)), { prefix: "/api" });
    const server = await serving(app);
    const statuses = await statusesOf(server, "/health/ready", "/health/ready");
    expect(statuses).toEqual([404, 404]);
    expect(warnings).toEqual([unreached(404, server.base, "healthPlugin()")]);
  });

  test("within a plugin whose routes are requested first warns once", async () => {
    const app = createApp({ forceCloseConnections: true });
    app.register(
      async (inner) => {
        inner.register(fastifyPlugin(health));
        inner.get("/users", async () => "users");
      },
      { prefix: "/api" },
    );
    const server = await serving(app);
    const paths = ["/api/users", "/health/ready", "/health/ready"];
    expect(await statusesOf(server, ...paths)).toEqual([200, 404, 404]);
    expect(warnings).toEqual([shadowed("/health/ready", 404, server.base, "healthPlugin()")]);
  });

  test("twice on one app warns when it starts, whether it was made once or twice", async () => {
    for (const made of [false, true]) {
      const own = createHealthWithLog();
      const plugin = fastifyPlugin(own);
      const app = createApp({ forceCloseConnections: true });
      app.register(plugin);
      app.register(made ? fastifyPlugin(own) : plugin);
      await app.ready();
      await app.close();
    }
    expect(warnings).toEqual([expect.stringMatching(TWICE), expect.stringMatching(TWICE)]);
  });

  test("twice warns once", async () => {
    const app = createApp({ forceCloseConnections: true });
    app.register(fastifyPlugin(health));
    app.register(fastifyPlugin(health));
    const statuses = await statusesOf(await serving(app), "/a", "/b", "/health/ready");
    expect(statuses).toEqual([404, 404, 200]);
    expect(warnings).toEqual([expect.stringMatching(TWICE)]);
  });
});

test("hapi: twice warns once", async () => {
  const app = createHapi({ port: 0, host: "127.0.0.1" });
  await app.register([hapiPlugin(health), hapiPlugin(health)]);
  await app.start();
  const serving = { base: `http://127.0.0.1:${app.info.port}`, close: () => app.stop() };
  expect(await statusesOf(serving, "/a", "/b", "/health/ready")).toEqual([404, 404, 200]);
  expect(warnings).toEqual([expect.stringMatching(TWICE)]);
});

describe("Hono on Node", () => {
  async function serving(app: Hono): Promise<Serving> {
    const server = await new Promise<ReturnType<typeof serveHono>>((resolve) => {
      const opened = serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () =>
        resolve(opened),
      );
    });
    const { port } = server.address() as AddressInfo;
    return {
      base: `http://127.0.0.1:${port}`,
      close: async () => server.close(),
    };
  }

  test("after a route for every path warns once", async () => {
    const app = new Hono();
    app.all("*", (context) => context.text("The shop"));
    app.use(honoMiddleware(health) as never);
    const server = await serving(app);
    expect(await statusesOf(server, "/health/ready", "/health/ready")).toEqual([200, 200]);
    expect(warnings).toEqual([unreached(200, server.base)]);
  });

  test("in an app that is a route of another answers whole paths, and warns of nothing", async () => {
    const inner = new Hono();
    inner.use(honoMiddleware(health) as never);
    const app = new Hono().route("/health", inner);
    expect(await statusesOf(await serving(app), "/health/ready", "/health/other")).toEqual([
      200, 404,
    ]);
    expect(warnings).toEqual([]);
  });

  test("twice warns once", async () => {
    const app = new Hono();
    app.use(honoMiddleware(health) as never, honoMiddleware(health) as never);
    expect(await statusesOf(await serving(app), "/a", "/b", "/health/ready")).toEqual([
      404, 404, 200,
    ]);
    expect(warnings).toEqual([expect.stringMatching(TWICE)]);
  });
});

test("what an application answers whose own mount is reached is no sign for the mount of another", async () => {
  expressMiddleware(health);
  const app = createExpress5();
  app.get("/health/ready", (_request, response) => void response.send("mine"));
  app.use(expressMiddleware(createHealth({ logger: false })));
  const server = await serve(createServer(app as RequestListener));
  expect(await statusesOf(server, "/health/live", "/health/ready", "/a")).toEqual([200, 200, 404]);
  expect(warnings).toEqual([]);
});

test("a request without a socket, as of a mock or a serverless shim, is handled", async () => {
  const middleware = expressMiddleware(health);
  const passed: string[] = [];
  const seen: number[] = [];
  const response = {
    headersSent: false,
    writeHead: (status: number) => seen.push(status),
    end: () => {},
  };
  for (const url of ["/a", "/health/live", "/b", "/c"]) {
    const request = { method: "GET", url, originalUrl: url, headers: {} };
    middleware(request as never, response as never, () => passed.push(url));
  }
  await vi.waitFor(() => expect(seen).toEqual([200]), { timeout: 30_000 });
  expect(passed).toEqual(["/a", "/b", "/c"]);
});

test("what another port of hale answers is no sign of a mistake", async () => {
  expressMiddleware(health);
  const { url, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  const serving = { base: url.replace(/\/$/, ""), close };
  expect(await statusesOf(serving, "/health/ready", "/readyz", "/a")).toEqual([200, 200, 404]);
  expect(warnings).toEqual([]);
});

describe("attach()", () => {
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

  test("in a later turn than createHealth() warns, since startup did not wait for the server", async () => {
    await nextTurn();
    attach(createServer(), health);
    expect(warnings).toEqual([
      expect.stringMatching(/ in a later turn .* \(HALE_ATTACHED_LATE\)$/),
    ]);
  });

  test("in the same turn, to a server that listens, or after markStarted() warns of nothing", async () => {
    attach(createServer(), health);
    const listening = createServer();
    const { close } = await serve(listening);
    const later = createHealthWithLog();
    const manual = createHealthWithLog({ startup: { manual: true } });
    const tasked = createHealthWithLog();
    tasked.addStartupTask("warm", Promise.resolve());
    await nextTurn();
    attach(listening, later);
    attach(createServer(), manual);
    attach(createServer(), tasked);
    manual.markStarted();
    attach(createServer(), manual);
    await close();
    expect(warnings).toEqual([]);
  });
});
