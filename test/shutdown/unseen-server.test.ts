import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import createExpress from "express";
import createFastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { healthMiddleware as expressMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthMiddleware as honoMiddleware } from "../../src/adapters/hono.ts";
import { healthMiddleware as koaMiddleware } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { ShutdownOptions } from "../../src/shutdown/shutdown-options.ts";
import { ask } from "../_support/ask.ts";
import { FakeProcess } from "../_support/fake-process.ts";
import { serve } from "../_support/serve.ts";

let lines: string[];
let health: Health;
let fake: FakeProcess;
beforeEach(() => {
  lines = [];
  fake = new FakeProcess();
  const log = (line: string) => void lines.push(line);
  health = createHealth({ logger: { info: () => {}, warn: log, error: log } });
});

function prepare(options: Partial<ShutdownOptions> = {}) {
  const shutdown = composeShutdown({ health, ...options }, fake.environment);
  onTestFinished(() => shutdown.dispose());
  return shutdown;
}

const warning = (owner: string) =>
  `hale: gracefulShutdown() was given no server, though ${owner} is on one: a shutdown does not wait for its requests. Write gracefulShutdown({ health, servers: [server] }), with what app.listen() returns, or the app of Fastify or Nest.`;

const NOT_AWAITED =
  "gracefulShutdown() was given no server (servers), so it does not wait for requests in flight";

const hello: RequestListener = (_request, response) => void response.end("Hello");

/** A server of each framework, with the health in it. */
const FRAMEWORKS: Record<string, () => Promise<Server> | Server> = {
  "healthMiddleware() of Express": () => {
    const app = createExpress();
    app.use(expressMiddleware(health), hello as RequestListener);
    return createServer(app as RequestListener);
  },
  "healthMiddleware() of Koa": () => {
    const app = new Koa();
    app.use(koaMiddleware(health)).use((context) => {
      context.body = "Hello";
    });
    return createServer(app.callback());
  },
  "healthPlugin() of Fastify": async () => {
    const app = createFastify();
    await app.register(healthPlugin(health));
    app.get("/", async () => "Hello");
    await app.ready();
    return app.server;
  },
};

describe.each(Object.entries(FRAMEWORKS))("%s without a server in the shutdown", (name, make) => {
  const owner = name.split(" ", 1)[0] as string;

  test("warns once at the first request that it passes on", async () => {
    prepare();
    const { base, close } = await serve(await make());
    await ask(base, "GET", "/health/ready");
    expect(lines).toEqual([]);
    for (let count = 0; count < 3; count++) await ask(base, "GET", "/");
    await close();
    expect(lines).toEqual([warning(owner)]);
  });

  test("warns of nothing once that server has closed", async () => {
    const { base, close } = await serve(await make());
    await ask(base, "GET", "/");
    await close();
    const { begin } = prepare();
    await endOfTurn();
    expect(lines).toEqual([]);
    expect((await begin()).drained).not.toBe(NOT_AWAITED);
  });
});

/** The end of the turn of the calls before. */
const endOfTurn = () => Promise.resolve();

test("the warning comes in the turn of gracefulShutdown() where a server is known before", async () => {
  attach(createServer(hello), health);
  prepare();
  await endOfTurn();
  expect(lines).toEqual([warning("attach()")]);
});

test("the warning comes once, in the turn of attach() after gracefulShutdown()", async () => {
  prepare();
  await endOfTurn();
  attach(createServer(hello), health);
  await endOfTurn();
  attach(createServer(hello), health);
  await endOfTurn();
  expect(lines).toEqual([warning("attach()")]);
});

test.each([{}, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }])(
  "the log of the shutdown says that no server was given: %j",
  async (env) => {
    Object.assign(fake.env, env);
    attach(createServer(hello), health);
    health.markStarted();
    const { begin } = prepare();
    expect(await begin()).toMatchObject({ code: 0, drained: NOT_AWAITED });
  },
);

test("a shutdown that has the server, or whose health is on none, warns of nothing", async () => {
  const server = createServer(hello);
  attach(server, health);
  const given = prepare({ servers: [server] });
  await endOfTurn();
  given.dispose();
  expect(lines).toEqual([]);
  const worker = createHealth({ logger: { info() {}, warn: () => lines.push("?"), error() {} } });
  const probes = await listen(worker, { port: 0, host: "127.0.0.1" });
  onTestFinished(() => probes.close());
  const shutdown = composeShutdown({ health: worker }, fake.environment);
  await ask(probes.url, "GET", "/health/ready");
  await ask(probes.url, "GET", "/elsewhere");
  shutdown.dispose();
  expect(lines).toEqual([]);
});

test("a shutdown that is disposed of warns of nothing", async () => {
  attach(createServer(hello), health);
  prepare().dispose();
  attach(createServer(hello), health);
  await endOfTurn();
  expect(lines).toEqual([]);
});

type Step = () => void;

describe.each<[string, (detach: Step, shutDown: Step) => void]>([
  ["gracefulShutdown()", (detach, shutDown) => [detach(), shutDown()]],
  ["the end of its turn", (detach, shutDown) => [shutDown(), detach()]],
])("a health that is detached before %s", (_, inOrder) => {
  test("is on no server", async () => {
    const detach = attach(createServer(hello), health);
    health.markStarted();
    let begin = async () => ({ drained: "" });
    inOrder(detach, () => {
      ({ begin } = prepare());
    });
    await endOfTurn();
    expect(lines).toEqual([]);
    expect((await begin()).drained).not.toBe(NOT_AWAITED);
  });
});

test("a health that is detached from one server, and stays on another, is on one", async () => {
  const detach = attach(createServer(hello), health);
  attach(createServer(hello), health);
  detach();
  prepare();
  await endOfTurn();
  expect(lines).toEqual([warning("attach()")]);
});

describe.each([
  ["before", (own: () => void, other: () => void) => [own(), other()]],
  ["after", (own: () => void, other: () => void) => [other(), own()]],
])("a server of two healths that the other shutdown is given %s", (_, inOrder) => {
  test("is no unseen one, and is waited for", async () => {
    const streams: ServerResponse[] = [];
    const server = createServer((_request, response) => {
      streams.push(response.on("close", () => steps.push("the stream ended")));
      response.flushHeaders();
    });
    const other = createHealth({ logger: false });
    attach(server, health);
    attach(server, other);
    other.markStarted();
    const env = fake.environment;
    const steps: string[] = [];
    let begin = async () => ({ drained: "" });
    inOrder(
      () => {
        const onStop = async () => {
          await new Promise(setImmediate);
          for (const stream of streams) stream.end();
        };
        const shutdown = composeShutdown(
          { health: other, servers: [server], onStop, drain: { max: 0 } },
          env,
        );
        onTestFinished(() => shutdown.dispose());
      },
      () => {
        ({ begin } = prepare({ onClose: () => void steps.push("the database was closed") }));
      },
    );
    await endOfTurn();
    expect(lines).toEqual([]);
    health.markStarted();
    const { base, close } = await serve(server);
    onTestFinished(close);
    const reply = await fetch(base);
    expect((await begin()).drained).toBe("another shutdown was given the server");
    expect(steps).toEqual(["the stream ended", "the database was closed"]);
    expect(await reply.text()).toBe("");
  });
});

test("Hono where requests are not those of Node warns of nothing, since no server could be given", async () => {
  prepare();
  const app = new Hono();
  app.use(honoMiddleware(health) as never).get("/", (context) => context.text("Hello"));
  expect(await (await app.request("/")).text()).toBe("Hello");
  expect(lines).toEqual([]);
});
