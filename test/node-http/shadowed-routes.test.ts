import "reflect-metadata";
import { Controller, Get, Module, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import createFastify5 from "fastify";
import createFastify4 from "fastify4";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { HaleModule, HaleService } from "../../src/adapters/nestjs.ts";
import type { Paths } from "../../src/contract/paths.ts";
import { createHealth } from "../../src/health.ts";
import { warnOfShadowedRoutes } from "../../src/node-http/shadowed-routes.ts";

let warnings: string[];
beforeEach(() => {
  warnings = [];
});

const logger = { info() {}, warn: (line: string) => warnings.push(line), error() {} };

const shadowed = (owner: string, routes: string) =>
  `hale: ${owner} answers before the app, which never sees requests to its own routes ${routes}. Remove those routes, or give hale other "http.paths".`;

const FASTIFY = [
  ["Fastify 4", createFastify4 as unknown as typeof createFastify5],
  ["Fastify 5", createFastify5],
] as const;

describe.each(FASTIFY)("%s", (_, createApp) => {
  /** An app with the plugin, and with routes before and after it. */
  async function start(before: [string, string][], after: [string, string][], paths: Paths = {}) {
    const app = createApp();
    onTestFinished(() => app.close());
    const route = ([method, url]: [string, string]) =>
      app.route({ method, url, handler: async () => "own" });
    for (const one of before) route(one);
    await app.register(healthPlugin(createHealth({ logger, http: { paths } })));
    for (const one of after) route(one);
    await app.ready();
    return app;
  }

  test("warns at the start of the app's own routes at paths of hale, before and after the plugin", async () => {
    const app = await start([["GET", "/health"]], [["POST", "/health/ready"]]);
    expect(warnings).toEqual([shadowed("healthPlugin()", "GET /health, POST /health/ready")]);
    expect((await app.inject("/health")).body).toBe('{"status":"ok"}');
  });

  test("warns of a route at each path of hale", async () => {
    const paths = ["/health", "/livez", "/healthz", "/readyz", "/startupz"].concat(
      ["live", "ready", "startup", "deep"].map((probe) => `/health/${probe}`),
    );
    await start(
      paths.map((path) => ["GET", path]),
      [],
    );
    for (const path of paths) expect(warnings[0]).toMatch(new RegExp(`GET ${path}[,.]`));
  });

  test("warns of nothing at other paths, or by a parameter or a wildcard", async () => {
    await start(
      [["GET", "/health/mine"]],
      [
        ["GET", "/:page"],
        ["GET", "/*"],
        ["GET", "/api/health"],
      ],
    );
    expect(warnings).toEqual([]);
  });

  test("warns of the paths that the service gives hale, and of no others", async () => {
    await start([["GET", "/health"]], [["GET", "/ping"]], { liveness: "/ping" });
    expect(warnings).toEqual([shadowed("healthPlugin()", "GET /ping")]);
  });

  test("with the plugin in another one, whose hook does not reach the app's route, warns of nothing", async () => {
    const app = createApp();
    onTestFinished(() => app.close());
    app.get("/health", async () => "own");
    await app.register(async (inner) => {
      await inner.register(healthPlugin(createHealth({ logger })));
    });
    expect((await app.inject("/health")).body).toBe("own");
    expect(warnings).toEqual([]);
  });
});

const PLATFORMS = [
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter()],
] as const;

describe.each(PLATFORMS)("Nest on %s", (_, platform) => {
  async function start(prefix?: string) {
    @Controller("health")
    class Old {
      @Get()
      answer() {
        return "own";
      }
      @Get("mine")
      mine() {
        return "mine";
      }
      @Post("ready")
      ready() {
        return "own";
      }
      @Get("live/:name")
      named() {
        return "own";
      }
    }
    @Module({ imports: [HaleModule.forRoot({ logger })], controllers: [Old] })
    class App {}
    const app = await NestFactory.create(App, platform(), { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    if (prefix !== undefined) app.setGlobalPrefix(prefix);
    await app.init();
  }

  test("warns at the start of the routes of a controller at paths of hale", async () => {
    await start();
    expect(warnings).toEqual([expect.stringContaining("HaleModule answers before the app")]);
    expect(warnings[0]).toContain("GET /health, ");
    expect(warnings[0]).toContain("POST /health/ready");
    expect(warnings[0]).not.toContain("mine");
  });

  test("warns of nothing where a prefix moves the controller away", async () => {
    await start("api");
    expect(warnings).toEqual([]);
  });
});

const fail = () => {
  throw new Error("no routes here");
};

test.each<[string, () => unknown]>([
  ["is undefined", () => undefined],
  ["is null", () => null],
  ["is a text", () => "app"],
  ["cannot be had", fail],
  ["has a router that cannot be read", () => Object.defineProperty({}, "_router", { get: fail })],
  ["has routes of another shape", () => ({ router: { stack: 1 } })],
  ["fails to find a route", () => ({ findRoute: fail })],
  ["finds routes of another shape", () => ({ findRoute: () => undefined })],
])("an app that %s starts, and is warned of nothing", (_, findApp) => {
  warnOfShadowedRoutes("HaleModule", createHealth({ logger }), findApp);
  expect(warnings).toEqual([]);
});

test.each([
  ["without getInstance()", undefined],
  ["whose getInstance() throws", fail],
])("Nest on an adapter %s starts, and is warned of nothing", async (_, getInstance) => {
  @Module({ imports: [HaleModule.forRoot({ logger })] })
  class App {}
  const adapter = new ExpressAdapter();
  const app = await NestFactory.create(App, adapter, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  const real = adapter.getInstance;
  const { onApplicationBootstrap } = HaleService.prototype;
  // Nest itself calls it while it starts; here it is away only for the look at the routes.
  vi.spyOn(HaleService.prototype, "onApplicationBootstrap").mockImplementation(function (
    this: HaleService,
  ) {
    adapter.getInstance = getInstance as never;
    try {
      onApplicationBootstrap.call(this);
    } finally {
      adapter.getInstance = real;
    }
  });
  onTestFinished(() => void vi.restoreAllMocks());
  await app.init();
  expect(warnings).toEqual([]);
});
