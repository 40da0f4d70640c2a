import "reflect-metadata";
import type { Server, ServerResponse } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Logger,
  type LoggerService,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type OnModuleInit,
  type Provider,
  type Type,
  VersioningType,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { HealthIndicatorService, MemoryHealthIndicator, TerminusModule } from "@nestjs/terminus";
import { Test } from "@nestjs/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  HaleCheck,
  HaleModule,
  HaleService,
  terminusIndicator,
} from "../../src/adapters/nestjs.ts";
import type { Check, RunContext } from "../../src/contract/check.ts";
import { HaleError } from "../../src/contract/errors.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { auditedOptions } from "../../src/testing/audited-options.ts";
import { fakeHealth } from "../../src/testing/fake-health.ts";
import { ask } from "../_support/ask.ts";
import { runCheck } from "../_support/run-check.ts";
import { controlledContract } from "../contracts/adapter-contract.ts";

const PLATFORMS = [
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter({ forceCloseConnections: true })],
] as const;

type Platform = (typeof PLATFORMS)[number][1];

/** The adapter as it is published. */
const BUILT = pathToFileURL(resolve("dist/adapters/nestjs.js")).href;

const open: INestApplication[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

/** An application of Nest, which listens once it has been set up. */
async function start(
  module: Type | ReturnType<typeof HaleModule.forRoot>,
  setUp: (app: INestApplication) => void = () => {},
  platform: Platform = PLATFORMS[0][1],
) {
  const options = { logger: false, forceCloseConnections: true, abortOnError: false } as const;
  const app = await NestFactory.create(module, platform(), options);
  open.push(app);
  setUp(app);
  await app.listen(0, "127.0.0.1");
  const { port } = (app.getHttpServer() as Server).address() as { port: number };
  return { app, base: `http://127.0.0.1:${port}` };
}

/** What is thrown by an application that does not start. */
async function failureOf(starting: Promise<unknown>): Promise<unknown> {
  return starting.then(
    () => undefined,
    (failure: unknown) => failure,
  );
}

describe.each(PLATFORMS)("on %s", (name, platform) => {
  controlledContract(`Nest 12 on ${name}`, async () => {
    const { options, set } = auditedOptions();
    const seen: string[] = [];
    @Module({ imports: [HaleModule.forRoot(options)] })
    class App {
      configure(consumer: MiddlewareConsumer) {
        const answer = ({ originalUrl }: { originalUrl: string }, response: ServerResponse) => {
          seen.push(new URL(originalUrl, "http://service").pathname);
          response.end(`the application: ${originalUrl}`);
        };
        consumer.apply(answer).forRoutes("{*path}");
      }
    }
    const { app, base } = await start(App, undefined, platform);
    return {
      base,
      set,
      seen: () => seen,
      drain: () => app.get(HaleService).health.drain(),
      close: () => app.close(),
    };
  });

  test("answers in front of all that an application can lay over its routes", async () => {
    const seen: string[] = [];
    const refuse = (where: string) => {
      seen.push(where);
      throw new Error(`refused by the ${where}`);
    };
    const guard: CanActivate = { canActivate: () => refuse("guard") };
    const interceptor: NestInterceptor = { intercept: () => refuse("interceptor") };
    @Controller({ path: "health", version: "1" })
    class Own {
      @Get("mine")
      answer() {
        return "mine";
      }
    }
    @Module({ imports: [HaleModule.forRoot({ logger: false })], controllers: [Own] })
    class App {
      configure(consumer: MiddlewareConsumer) {
        consumer.apply(() => refuse("middleware")).forRoutes("{*path}");
      }
    }
    const { base } = await start(
      App,
      (app) => {
        app.setGlobalPrefix("api");
        app.enableVersioning({ type: VersioningType.URI });
        app.enableCors();
        app.useGlobalGuards(guard);
        app.useGlobalInterceptors(interceptor);
      },
      platform,
    );
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      expect((await ask(base, method, "/health/ready")).status).toBe(200);
    }
    const headers = { "content-type": "application/json" };
    expect((await ask(base, "POST", "/health", { headers, body: "{" })).status).toBe(405);
    expect(seen).toEqual([]);
    expect((await ask(base, "GET", "/api/health")).status).not.toBe(200);
  });
});

test("an application without HTTP has its health too", async () => {
  @Module({ imports: [HaleModule.forRoot({ logger: false })] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const { health } = app.get(HaleService);
  await health.whenReady();
  await app.close();
  expect(await health.report("readiness")).toMatchObject({ status: "down", phase: "draining" });
});

test("readiness and startup wait until the application is bootstrapped, and for what it starts", async () => {
  let warm = () => {};
  @Injectable()
  class Prices implements OnModuleInit {
    readonly #hale: HaleService;
    constructor(hale: HaleService) {
      this.#hale = hale;
    }
    onModuleInit() {
      const task = new Promise<void>((resolve) => {
        warm = resolve;
      });
      this.#hale.health.addStartupTask("load the prices", task);
    }
  }
  @Module({ imports: [HaleModule.forRoot({ logger: false })], providers: [Prices] })
  class App {}
  const { app, base } = await start(App);
  expect((await ask(base, "GET", "/health/startup")).status).toBe(503);
  expect((await ask(base, "GET", "/health/live")).status).toBe(200);
  warm();
  await app.get(HaleService).health.whenReady();
  expect((await ask(base, "GET", "/health/startup")).status).toBe(200);
});

test("readiness is 503 from the first moment in which the application is closed", async () => {
  let status: number | undefined;
  @Injectable()
  class Last {
    async beforeApplicationShutdown() {
      status = (await ask(base, "GET", "/health/ready")).status;
    }
  }
  @Module({ imports: [HaleModule.forRoot({ logger: false })], providers: [Last] })
  class App {}
  const { app, base } = await start(App);
  expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
  await app.close();
  expect(status).toBe(503);
});

test("gracefulShutdown closes the server after the drain, and the application as a hook", async () => {
  const order: string[] = [];
  @Injectable()
  class Last {
    onApplicationShutdown() {
      order.push("onApplicationShutdown");
    }
  }
  @Module({ imports: [HaleModule.forRoot({ logger: false })], providers: [Last] })
  class App {}
  const { app, base } = await start(App);
  const { health } = app.get(HaleService);
  await health.whenReady();
  health.on("phase", ({ to }) => order.push(to));
  const { begin } = gracefulShutdown({
    health,
    servers: [app.getHttpServer()],
    onClose: { nest: () => app.close() },
    exit: false,
  });
  expect((await ask(base, "GET", "/health/live")).status).toBe(200);
  expect(await begin("the test")).toMatchObject({ code: 0, failedHooks: [] });
  expect(order).toEqual(["draining", "onApplicationShutdown"]);
  await expect(ask(base, "GET", "/health/live")).rejects.toThrow("ECONNREFUSED");
});

test("what createHealth refuses, an application that starts refuses", async () => {
  const nonsense = { timout: 1 } as object;
  @Module({ imports: [HaleModule.forRoot(nonsense)] })
  class App {}
  expect(await failureOf(start(App))).toMatchObject({ code: "HALE_UNKNOWN_OPTION" });
  expect(() => HaleModule.forRoot({ imports: [], useFactory: () => ({}) } as object)).toThrow(
    "must be the options of createHealth(), but is an object. Write HaleModule.forRootAsync(",
  );
  expect(() => HaleModule.forRoot([] as object)).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

test("Nest logs the modules of the built package by their names", async () => {
  const built: typeof import("../../src/adapters/nestjs.ts") = await import(BUILT);
  @Module({ imports: [built.HaleModule.forRoot({ logger: false }) as DynamicModule] })
  class App {}
  const lines: string[] = [];
  const record = (line: string) => void lines.push(line);
  const logger = { log: record, warn: record, error: record };
  const app = await NestFactory.createApplicationContext(App, { logger });
  await app.close();
  const initialized = lines.filter((line) => / dependencies initialized/.test(line));
  expect(initialized.map((line) => line.split(" ")[0]).sort()).toEqual([
    "App",
    "HaleModule",
    "HaleRegistryModule",
  ]);
  expect(built.HaleService.name).toBe("HaleService");
});

describe("the logger", () => {
  /** A logger of an application, and the lines of hale that it was given. */
  function recording() {
    const lines: unknown[][] = [];
    const record = (...line: unknown[]) => {
      if (String(line[0]).startsWith("hale: ")) lines.push(line);
    };
    return { lines, logger: { log: record, warn: record, error: record } };
  }

  async function startWith(options: HealthOptions, logger: LoggerService | false) {
    @Module({ imports: [HaleModule.forRoot(options)] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger });
    await app.get(HaleService).health.whenReady();
    await app.close();
  }

  test("is Nest's own by default, so that lines go where the application sends its own", async () => {
    const { lines, logger } = recording();
    await startWith({}, logger);
    expect(lines).toEqual([
      ["hale: service is serving, was starting", "HaleModule"],
      ["hale: service is draining, was serving", "HaleModule"],
    ]);
  });

  test("is silent where Nest's is, and does not use console", async () => {
    const info = vi.spyOn(console, "info");
    const write = vi.spyOn(process.stdout, "write");
    await startWith({}, false);
    expect([info.mock.calls, write.mock.calls]).toEqual([[], []]);
    vi.restoreAllMocks();
  });

  test("may be given, as an instance of Nest's with a context of its own, or be disabled", async () => {
    const { lines, logger } = recording();
    await startWith({ logger: new Logger("Health") }, logger);
    expect(lines.map(([, context]) => context)).toEqual(["Health", "Health"]);
    await startWith({ logger: false }, logger);
    expect(lines).toHaveLength(2);
  });
});

describe("HaleModule says what to do", () => {
  @Module({ imports: [HaleModule as never] })
  class WithoutOptions {}

  test("where it is imported without options", async () => {
    expect(await failureOf(start(WithoutOptions))).toMatchObject({
      code: "HALE_MODULE_WITHOUT_OPTIONS",
      message: expect.stringContaining("Write HaleModule.forRoot({ checks })"),
    });
    const context = NestFactory.createApplicationContext(WithoutOptions, {
      logger: false,
      abortOnError: false,
    });
    expect(await failureOf(context)).toMatchObject({ code: "HALE_MODULE_WITHOUT_OPTIONS" });
  });

  test("where it is imported twice with options, with a server and without", async () => {
    @Module({ imports: [HaleModule.forRoot({ logger: false })] })
    class Feature {}
    @Module({
      imports: [HaleModule.forRootAsync({ useFactory: () => ({ logger: false }) }), Feature],
    })
    class App {}
    expect(await failureOf(start(App))).toMatchObject({
      code: "HALE_MODULE_TWICE",
      message: expect.stringContaining("once, in the root module"),
    });
    const options = { logger: false, abortOnError: false } as const;
    expect(await failureOf(NestFactory.createApplicationContext(App, options))).toMatchObject({
      code: "HALE_MODULE_TWICE",
    });
  });

  test("where forRootAsync() has no function", () => {
    for (const options of [undefined, {}, { useFactory: {} }]) {
      expect(() => HaleModule.forRootAsync(options as never)).toThrow(
        expect.objectContaining({ code: "HALE_BAD_OPTION" }),
      );
    }
  });

  test.each<[object, string]>([
    [{ cheks: {} }, 'HaleModule has no option "cheks". Did you mean "checks"? It takes: checks, '],
    [{ deadline: 1 }, 'The option "deadline" of HaleModule must be a whole number'],
  ])("where useFactory returns %o, whose error names the module", async (made, message) => {
    @Module({ imports: [HaleModule.forRootAsync({ useFactory: () => made })] })
    class App {}
    const failure = (await failureOf(start(App))) as Error;
    expect(failure).toBeInstanceOf(HaleError);
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain("createHealth");
  });

  test.each<[string, () => unknown, string]>([
    ["nothing", () => {}, "one that returned undefined. Write useFactory"],
    ["a promise of nothing", async () => null, "one that returned null. Write useFactory"],
    ["a list", () => [{}], "one that returned a list of 1. Write useFactory"],
    [
      "a health",
      () => createHealth({ logger: false }),
      "one that returned a health. Return the options alone",
    ],
  ])("where useFactory returns %s", async (_, useFactory, message) => {
    @Module({ imports: [HaleModule.forRootAsync({ useFactory: useFactory as never })] })
    class App {}
    expect(await failureOf(start(App))).toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringContaining(message),
    });
  });

  test("and nothing where a feature imports it as a class beside the root module", async () => {
    @Module({ imports: [WithoutOptions, HaleModule.forRoot({ logger: false })] })
    class App {}
    const { app, base } = await start(App);
    expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
    const server = app.getHttpServer() as Server;
    await app.close();
    open.splice(open.indexOf(app), 1);
    expect(Object.hasOwn(server, "emit")).toBe(false);
  });

  test("and nothing where one object is imported by two modules, or two applications have one each", async () => {
    const hale = HaleModule.forRoot({ logger: false });
    @Module({ imports: [hale] })
    class Feature {}
    @Module({ imports: [hale, Feature] })
    class App {}
    for (const { base } of [await start(App), await start(App)]) {
      expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
    }
  });
});

test("HaleService.from replaces the health of an application, in a test", async () => {
  @Module({ imports: [HaleModule.forRoot({ checks: { database: async () => false } })] })
  class App {}
  const health = fakeHealth({ database: "up" });
  const module = await Test.createTestingModule({ imports: [App] })
    .overrideProvider(HaleService)
    .useValue(HaleService.from(health))
    .compile();
  const app = module.createNestApplication({ logger: false });
  open.push(app);
  await app.listen(0, "127.0.0.1");
  const { port } = (app.getHttpServer() as Server).address() as { port: number };
  const base = `http://127.0.0.1:${port}`;
  expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
  health.set("database", "down");
  expect((await ask(base, "GET", "/health/ready")).status).toBe(503);
  await app.close();
  expect((await health.report("readiness")).phase).toBe("draining");
  expect(() => HaleService.from({} as never)).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

describe("a test that overrides HaleService", () => {
  @Module({ imports: [HaleModule.forRoot({ logger: false })] })
  class App {}

  async function startWith(service: unknown): Promise<string> {
    const module = await Test.createTestingModule({ imports: [App] })
      .overrideProvider(HaleService)
      .useValue(service)
      .compile();
    const app = module.createNestApplication({ logger: false });
    open.push(app);
    await app.listen(0, "127.0.0.1");
    const { port } = (app.getHttpServer() as Server).address() as { port: number };
    return `http://127.0.0.1:${port}`;
  }

  test("may give an object that attaches, as the service of another copy of hale does", async () => {
    const service = HaleService.from(fakeHealth({ database: "down" }));
    const base = await startWith({
      health: service.health,
      attachToNest: (consumer: unknown) => service.attachToNest(consumer),
    });
    expect((await ask(base, "GET", "/health/ready")).status).toBe(503);
  });

  test("and gives something else is told of HaleService.from()", async () => {
    expect(await failureOf(startWith({ health: fakeHealth() }))).toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringContaining("HaleService.from(health)"),
    });
  });
});

describe("a decorated method", () => {
  class Upstream {
    state = "up";
  }

  @Injectable()
  class Payments {
    readonly #upstream: Upstream;
    signal: AbortSignal | undefined;
    constructor(upstream: Upstream) {
      this.#upstream = upstream;
    }
    @HaleCheck("payments", { timeout: 300, critical: false })
    async ping({ signal }: RunContext) {
      this.signal = signal;
      if (this.#upstream.state !== "up") throw new Error(`payments are ${this.#upstream.state}`);
    }
  }

  async function startWith(providers: Provider[], options = {}) {
    @Module({ providers: [Upstream, ...providers], exports: [Upstream] })
    class Feature {}
    @Module({
      imports: [
        Feature,
        HaleModule.forRoot({
          logger: false,
          ...options,
          defaults: { maxAge: 0 },
        }),
      ],
    })
    class App {}
    return start(App);
  }

  test("is a check, with its options, of the application that made its instance", async () => {
    const one = await startWith([Payments]);
    const other = await startWith([Payments]);
    one.app.get(Upstream, { strict: false }).state = "slow";
    expect((await ask(one.base, "GET", "/health/deep")).body).toBe(
      '{"status":"degraded","checks":{"payments":"failed"}}',
    );
    expect((await ask(other.base, "GET", "/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"payments":"ok"}}',
    );
    const { health } = one.app.get(HaleService);
    expect((await health.report("deep")).checks).toMatchObject([{ reason: "payments are slow" }]);
    expect(one.app.get(Payments, { strict: false }).signal).toBeInstanceOf(AbortSignal);
  });

  test("stands beside the checks that the module is given", async () => {
    const { base } = await startWith([Payments], { checks: { cache: async () => "PONG" } });
    expect((await ask(base, "GET", "/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"cache":"ok","payments":"ok"}}',
    );
  });

  test("may be one of a controller, of a class above, and more than one of a class", async () => {
    @Injectable()
    class Base {
      @HaleCheck("base")
      async base() {}
      @HaleCheck("replaced")
      async replaced(): Promise<unknown> {
        return false;
      }
    }
    @Injectable()
    class Derived extends Base {
      @HaleCheck("own", { scope: "process" })
      async own() {}
      override async replaced() {}
    }
    @Controller("x")
    class Own {
      @HaleCheck("controller")
      async ping() {}
    }
    @Module({
      imports: [HaleModule.forRoot({ logger: false })],
      providers: [Derived],
      controllers: [Own],
    })
    class App {}
    const { app, base } = await start(App);
    const { health } = app.get(HaleService);
    const { checks } = await health.report("deep");
    expect(checks.map(({ name, status }) => [name, status]).sort()).toEqual([
      ["base", "up"],
      ["controller", "up"],
      ["own", "up"],
      ["replaced", "up"],
    ]);
    expect((await ask(base, "GET", "/livez/own")).status).toBe(200);
    expect((await ask(base, "GET", "/livez/base")).status).toBe(404);
  });

  test("is a method like any other in an application without the module", async () => {
    @Module({ providers: [Upstream, Payments] })
    class App {}
    const { app } = await start(App);
    await app.get(Payments).ping({ signal: new AbortController().signal });
    app.get(Upstream).state = "gone";
    const ping = app.get(Payments).ping({ signal: new AbortController().signal });
    await expect(ping).rejects.toThrow("payments are gone");
  });

  test("with the name of another check is refused when the application starts", async () => {
    @Injectable()
    class Twin {
      @HaleCheck("payments")
      async ping() {}
    }
    const code = "HALE_DUPLICATE_CHECK";
    expect(await failureOf(startWith([Payments, Twin]))).toMatchObject({ code });
    const checks = { payments: async () => {} };
    expect(await failureOf(startWith([Payments], { checks }))).toMatchObject({ code });
  });

  test("with options that are wrong is refused when the application starts", async () => {
    @Injectable()
    class Wrong {
      @HaleCheck("wrong", { timout: 1 } as object)
      async ping() {}
    }
    const failure = await failureOf(startWith([Wrong]));
    expect(failure).toMatchObject({ code: "HALE_UNKNOWN_OPTION" });
    expect((failure as Error).message).toBe(
      '@HaleCheck("wrong") has no option "timout". Did you mean "timeout"? It takes: scope, timeout, maxAge, interval, failureThreshold, successThreshold, critical, shared, probes, restartAfter.',
    );
  });

  test("of what is made too late is refused", async () => {
    let take = () => {};
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    @Injectable()
    class Hasty {
      constructor(hale: HaleService) {
        void hale.health;
        take();
      }
    }
    @Injectable()
    class Late {
      // Nest makes the instance once this is there.
      taken: unknown;
      @HaleCheck("late")
      async ping() {}
    }
    Inject("taken")(Late.prototype, "taken");
    const after = { provide: "taken", useFactory: () => taken };
    expect(await failureOf(startWith([Hasty, after, Late]))).toMatchObject({
      code: "HALE_LATE_CHECK",
    });
  });

  test("must be a method, and have a name", () => {
    const refused = expect.objectContaining({ code: "HALE_BAD_OPTION" });
    expect(() => HaleCheck(1 as unknown as string)).toThrow(refused);
    expect(() => HaleCheck("x", null as never)).toThrow(refused);
    const onField = HaleCheck("x") as unknown as (prototype: object, key: string) => void;
    expect(() => onField({}, "field")).toThrow(refused);
  });
});

describe("an indicator of @nestjs/terminus", () => {
  const outcomeOf = (check: Check) => runCheck(check, 5000);

  test("is bridged with what is injected", async () => {
    @Module({
      imports: [
        HaleModule.forRootAsync({
          imports: [TerminusModule],
          inject: [MemoryHealthIndicator],
          useFactory: (memory: MemoryHealthIndicator) => ({
            logger: false as const,
            checks: {
              roomy: terminusIndicator(() => memory.checkHeap("heap", Number.MAX_SAFE_INTEGER)),
              tight: terminusIndicator(() => memory.checkHeap("heap", 1), { critical: false }),
            },
          }),
        }),
      ],
    })
    class App {}
    const { base } = await start(App);
    expect((await ask(base, "GET", "/health/deep")).body).toBe(
      '{"status":"degraded","checks":{"roomy":"ok","tight":"failed"}}',
    );
  });

  test("that uses HealthIndicatorService is as it says, with reason and observations", async () => {
    const dogs = new HealthIndicatorService().check("dogs");
    expect(
      await outcomeOf(terminusIndicator(() => dogs.up({ count: 2, cute: true }))),
    ).toMatchObject({
      status: "up",
      observations: { count: { value: 2 }, cute: { value: true } },
    });
    expect(await outcomeOf(terminusIndicator(() => dogs.degraded("tired")))).toMatchObject({
      status: "degraded",
      reason: "dogs: tired",
    });
    expect(await outcomeOf(terminusIndicator(() => dogs.down()))).toMatchObject({
      status: "down",
      reason: "dogs is down",
    });
    const attempt = dogs.attempt(async () => {
      throw new Error("no dog at redis://user:secret@kennel");
    });
    const { status, reason, observations } = await outcomeOf(terminusIndicator(() => attempt));
    expect(status).toBe("down");
    expect(reason).toMatch(/^dogs: no dog at /);
    expect(reason).not.toContain("secret");
    expect(observations).toMatchObject({ responseTime: { unit: "ms" } });
  });

  test("of several things is as bad as the worst", async () => {
    const both = () => ({ a: { status: "up" }, b: { status: "down", message: "gone" } });
    expect(await outcomeOf(terminusIndicator(both))).toMatchObject({
      status: "down",
      reason: "b: gone",
    });
  });

  /** What an indicator threw until version 10. */
  class HealthCheckError extends Error {
    readonly causes: unknown;
    constructor(message: string, causes: unknown) {
      super(message);
      this.causes = causes;
    }
  }

  test.each([
    [
      { db: { status: "down", message: "connect ECONNREFUSED", open: 0 } },
      "db: connect ECONNREFUSED",
    ],
    [{ db: { status: "down", open: 0 } }, "The db check failed"],
    [{ db: { status: "up", open: 0 } }, "The db check failed"],
  ])("that throws is down: %j", async (causes, reason) => {
    const throwing = async () => {
      throw new HealthCheckError("The db check failed", causes);
    };
    expect(await outcomeOf(terminusIndicator(throwing))).toMatchObject({
      status: "down",
      reason,
      observations: { open: { value: 0 } },
    });
  });

  test("that fails otherwise, or returns no result, is down", async () => {
    const failing = async () => {
      throw new TypeError("x is not a function");
    };
    expect(await outcomeOf(terminusIndicator(failing))).toMatchObject({
      status: "down",
      reason: "x is not a function",
    });
    for (const value of [undefined, {}, { db: {} }, { db: { status: "well" } }, "up"]) {
      expect(await outcomeOf(terminusIndicator(() => value))).toMatchObject({
        status: "down",
        reason: expect.stringMatching(/^Expected the result of a health indicator, got /),
      });
    }
  });

  test("can be a decorated method", async () => {
    @Injectable()
    class Dogs {
      readonly #indicators: HealthIndicatorService;
      constructor(indicators: HealthIndicatorService) {
        this.#indicators = indicators;
      }
      @HaleCheck("dogs")
      async isHealthy() {
        return this.#indicators.check("dogs").down("asleep");
      }
    }
    @Module({
      imports: [TerminusModule, HaleModule.forRoot({ logger: false })],
      providers: [Dogs],
    })
    class App {}
    const { app, base } = await start(App);
    expect((await ask(base, "GET", "/health/ready")).status).toBe(503);
    const { checks } = await app.get(HaleService).health.report("deep");
    expect(checks).toMatchObject([{ name: "dogs", status: "down", reason: "dogs: asleep" }]);
  });

  test("must be a function", () => {
    expect(() => terminusIndicator(Promise.resolve() as never)).toThrow(
      expect.objectContaining({ code: "HALE_BAD_OPTION" }),
    );
  });
});
