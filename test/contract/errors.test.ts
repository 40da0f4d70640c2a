import "reflect-metadata";
import cluster from "node:cluster";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CheckCollector, HaleCheck } from "../../src/adapters/internal/nest-checks.ts";
import { ModuleRegistry } from "../../src/adapters/internal/nest-registry.ts";
import { HaleModule } from "../../src/adapters/nestjs.ts";
import { attach } from "../../src/adapters/node.ts";
import { redis } from "../../src/checks/redis.ts";
import { clusterHealth } from "../../src/cluster/cluster-health.ts";
import { reportToPrimary } from "../../src/cluster/report-to-primary.ts";
import { defineCheck } from "../../src/contract/check.ts";
import { notConnected, stillLoading, unexpectedReply } from "../../src/contract/check-failures.ts";
import { badUrl, noNodeModule } from "../../src/contract/check-misuse.ts";
import {
  CheckFailure,
  COMMAND_CODES,
  HaleError,
  type HaleErrorCode,
  MISUSE_CODES,
  REASON_CODES,
  RESPONSE_CODES,
  WARNING_CODES,
} from "../../src/contract/errors.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { fakeHealth } from "../../src/testing/fake-health.ts";
import { healthMatchers } from "../../src/testing/health-matchers.ts";
import { serve } from "../_support/serve.ts";

interface Example {
  readonly code: HaleErrorCode;
  /** The mistake, which throws or rejects. */
  readonly mistake: () => unknown;
  readonly message: string | RegExp;
  /** The part of the message that says what to do. */
  readonly remedy: string;
}

const up = async () => {};

/** A health that ends with the test. */
function start(options: HealthOptions = {}) {
  const health = createHealth({ logger: false, ...options });
  onTestFinished(() => health.close());
  return health;
}

const EXAMPLES: readonly Example[] = [
  {
    code: "HALE_UNKNOWN_OPTION",
    mistake: () => redis({ client: { ping: up, status: "ready" }, timout: 5 } as never),
    message: /^redis\(\) has no option "timout"\. Did you mean "timeout"\? It takes: client, .+\.$/,
    remedy: "It takes: client, ",
  },
  {
    code: "HALE_BAD_OPTION",
    mistake: () => start({ deadline: 5 }),
    message:
      'The option "deadline" of createHealth() must be a whole number of milliseconds from 150 to 2147483647, but is 5. Times are milliseconds: did you mean 5000?',
    remedy: "must be a whole number of milliseconds",
  },
  {
    code: "HALE_TIMEOUT_OVER_DEADLINE",
    mistake: () =>
      start({ checks: { db: defineCheck({ scope: "dependency", run: up, timeout: 900 }) } }),
    message:
      'The timeout of the check "db" is 900 ms, over its maximum of 700 ms: the deadline less 100 ms. Lower it, or set an "interval".',
    remedy: 'set an "interval"',
  },
  {
    code: "HALE_BAD_NAME",
    mistake: () => start({ checks: { "my db": up } }),
    message:
      '"my db" is not a valid check name. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.',
    remedy: "Use 1 to 64 letters",
  },
  {
    code: "HALE_DEPENDENCY_IN_LIVENESS",
    mistake: () => start({ checks: { db: up }, defaults: { probes: ["liveness"] } }),
    message:
      'The check "db" of a dependency cannot take part in liveness, because a restart does not repair a dependency. Remove "liveness" from its probes, or set "restartAfter".',
    remedy: 'Remove "liveness" from its probes',
  },
  {
    code: "HALE_DEPENDENCY_IN_STARTUP",
    mistake: () => start({ checks: { db: up }, defaults: { probes: ["startup"] } }),
    message:
      'The check "db" of a dependency cannot take part in startup, because a restart does not repair a dependency. Remove "startup" from its probes.',
    remedy: 'Remove "startup" from its probes.',
  },
  {
    code: "HALE_DUPLICATE_CHECK",
    mistake: () => start({ checks: { "payments.ledger": up, payments: group({ ledger: up }) } }),
    message:
      'A check or group named "payments.ledger" is already registered. Rename one of the two.',
    remedy: "Rename one of the two.",
  },
  {
    code: "HALE_UNKNOWN_MEMBER",
    mistake: () => start({ checks: { ledger: up, payments: group(["leger"]) } }),
    message:
      'The group "payments" names "leger", which is no check or group beside it. Name those that are registered, and none that the group is part of.',
    remedy: "Name those that are registered",
  },
  {
    code: "HALE_UNKNOWN_CLIENT",
    mistake: () => start({ checks: { db: { host: "db" } as never } }),
    message:
      /^The check "db" is an object, which hale does not recognise\. It takes an async function, a check of "hale\/checks", or the client of one: .*postgres, .*redis.*\.$/,
    remedy: "It takes an async function, a check",
  },
  {
    code: "HALE_AMBIGUOUS_CLIENT",
    mistake: () =>
      start({
        checks: {
          db: {
            ...{ query: up, connect: up, totalCount: 0, idleCount: 0, waitingCount: 0 },
            ...{ sendCommand: up, status: "ready", ping: up },
          } as never,
        },
      }),
    message:
      'The check "db" could be postgres or redis. Write postgres({ client }) or redis({ client }) of "hale/checks".',
    remedy: 'Write postgres({ client }) or redis({ client }) of "hale/checks".',
  },
  {
    code: "HALE_UNSUPPORTED_CLIENT",
    mistake: () => start({ checks: { db: { makeRequest: up, serviceIdentifier: "s3" } as never } }),
    message:
      'The check "db" is a client of aws-sdk 2. aws() takes a client of the AWS SDK for JavaScript 3.',
    remedy: "aws() takes a client of the AWS SDK",
  },
  {
    code: "HALE_UNKNOWN_CHECK",
    mistake: () => start({ checks: { db: up } }).report("liveness", { check: "db" }),
    message:
      'No check named "db" takes part in liveness. Name a check that does, or leave "check" out.',
    remedy: 'Name a check that does, or leave "check" out.',
  },
  {
    code: "HALE_BAD_PATH",
    mistake: () => start({ http: { paths: { liveness: "health" } } }),
    message:
      'The path "health" is no absolute path. Give each probe paths of its own, such as "/health/ready".',
    remedy: "Give each probe paths of its own",
  },
  {
    code: "HALE_BAD_URL",
    mistake: () => {
      throw badUrl("a URL that begins with redis:");
    },
    message:
      "Invalid URL: it must be a URL that begins with redis:. It is withheld here, because it may hold a password.",
    remedy: "it must be a URL",
  },
  {
    code: "HALE_NO_NODE_MODULE",
    mistake: () => {
      throw noNodeModule("heap()", "node:v8");
    },
    message: "heap() needs node:v8, which this runtime does not have. Leave the check out here.",
    remedy: "Leave the check out here.",
  },
  {
    code: "HALE_WEAK_TOKEN",
    mistake: () => start({ http: { tokens: ["0123456789abcdef", "hunter2"] } }),
    message:
      "Access token 2 must be 16 to 1024 visible ASCII characters. Make one with: openssl rand -hex 32",
    remedy: "Make one with: openssl rand -hex 32",
  },
  {
    code: "HALE_ALREADY_STARTED",
    mistake: async () => {
      const health = start();
      await health.whenReady();
      health.addStartupTask("warm", up);
    },
    message:
      'Start-up task "warm" was added after startup had finished. Call addStartupTask() in the same turn as createHealth().',
    remedy: "Call addStartupTask() in the same turn as createHealth().",
  },
  {
    code: "HALE_DUPLICATE_TASK",
    mistake: () => {
      const health = start();
      health.addStartupTask("warm", up);
      health.addStartupTask("warm", up);
    },
    message: 'A start-up task named "warm" already exists. Rename one of the two.',
    remedy: "Rename one of the two.",
  },
  {
    code: "HALE_LISTEN_FAILED",
    async mistake() {
      const { base, close } = await serve(createServer());
      onTestFinished(close);
      await listen(start(), { port: Number(new URL(base).port), host: "127.0.0.1" });
    },
    message:
      /^The health server could not listen on 127\.0\.0\.1 port \d+: .*EADDRINUSE.*\. Choose another port, or 0 for a free one\.$/,
    remedy: "Choose another port, or 0 for a free one.",
  },
  {
    code: "HALE_ALREADY_ATTACHED",
    mistake() {
      const [server, health] = [createServer(), start()];
      attach(server, health);
      attach(server, health);
    },
    message: "This health is already attached to this server. Attach it once, or detach it first.",
    remedy: "Attach it once, or detach it first.",
  },
  {
    code: "HALE_MODULE_TWICE",
    mistake() {
      const registry = new ModuleRegistry();
      registry.take();
      registry.take();
    },
    message:
      "HaleModule is imported twice with options, so the application would have two healths. Import forRoot() or forRootAsync() once, in the root module: it is global.",
    remedy: "Import forRoot() or forRootAsync() once, in the root module",
  },
  {
    code: "HALE_MODULE_WITHOUT_OPTIONS",
    mistake: () => new HaleModule(undefined),
    message:
      "HaleModule is imported without options. Write HaleModule.forRoot({ checks }) in the imports of the root module.",
    remedy: "Write HaleModule.forRoot({ checks })",
  },
  {
    code: "HALE_LATE_CHECK",
    mistake() {
      class Payments {
        isUp() {}
      }
      const method = Object.getOwnPropertyDescriptor(Payments.prototype, "isUp");
      HaleCheck("payments")(Payments.prototype, "isUp", method as PropertyDescriptor);
      const checks = new CheckCollector();
      checks.take({});
      checks.add(new Payments());
    },
    message:
      'The check "payments" was registered after createHealth(). Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.',
    remedy: "decorate methods of providers that are made when the application starts.",
  },
  {
    code: "HALE_NOT_A_WORKER",
    mistake: () => reportToPrimary(start()),
    message:
      "reportToPrimary() is for a worker of node:cluster, and this process is none. Call it where cluster.isWorker is true.",
    remedy: "Call it where cluster.isWorker is true.",
  },
  {
    code: "HALE_NOT_THE_PRIMARY",
    mistake() {
      const { isPrimary } = cluster;
      onTestFinished(() => void Object.assign(cluster, { isPrimary }));
      Object.assign(cluster, { isPrimary: false });
      clusterHealth(start(), { workers: 2 });
    },
    message:
      "clusterHealth() is for the primary of node:cluster, and this process is a worker. Call it where cluster.isPrimary is true; under pm2, whose primary is a daemon, give the health of each process to attach() or listen() on a port of its own.",
    remedy: "Call it where cluster.isPrimary is true",
  },
  {
    code: "HALE_NEVER_READY",
    async mistake() {
      const health = start();
      health.drain();
      await health.whenReady();
    },
    message:
      "The service began to drain before it was ready. End the work that awaits whenReady() too.",
    remedy: "End the work that awaits whenReady() too.",
  },
  {
    code: "HALE_SHUTDOWN_TWICE",
    mistake() {
      const health = start();
      const first = gracefulShutdown({ health, exit: false });
      onTestFinished(() => first.dispose());
      gracefulShutdown({ health, exit: false });
    },
    message:
      "gracefulShutdown() was called already for this health. Call it once, with all servers and hooks, or dispose of the first one before.",
    remedy: "Call it once, with all servers and hooks, or dispose",
  },
  {
    code: "HALE_CLOCK_STOPPED",
    async mistake() {
      await healthMatchers.toBeReady(fakeHealth({ database: "hanging" }));
    },
    message:
      "toBeReady() waits for a check that hangs (database), and the clock of this fakeHealth() stands still. Begin the assertion, move the clock past the timeout, and await the assertion then: const held = expect(health).toBeReady(); await health.clock.advance(1000); await held;",
    remedy: "move the clock past the timeout, and await the assertion then",
  },
];

test("every code of misuse has an example here, and none has two", () => {
  expect(EXAMPLES.map(({ code }) => code).sort()).toEqual([...MISUSE_CODES].sort());
});

test.each(EXAMPLES)("$code says what happened and what to do", async (example) => {
  const { code, mistake, message, remedy } = example;
  const error = await (async () => mistake())().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof HaleError)) throw new Error("It is no HaleError.", { cause: error });
  if (typeof message === "string") expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
  expect(error.message).toContain(remedy);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code]).toEqual(["HaleError", code]);
  expect(Object.keys(error)).toContain("code");
  expect(String(error)).toBe(`HaleError: ${error.message}`);
});

test("the codes in src are those that are listed, and each of these is used", () => {
  const listed = [
    ...MISUSE_CODES,
    ...REASON_CODES,
    ...RESPONSE_CODES,
    ...WARNING_CODES,
    ...COMMAND_CODES,
  ];
  expect([...codesInSource()].sort()).toEqual([...new Set<string>(listed)].sort());
});

test("a code says either what a caller did wrong, or why a check is not up", () => {
  const both = MISUSE_CODES.filter((code) => (REASON_CODES as readonly string[]).includes(code));
  expect(both).toEqual([]);
});

describe.each([HaleError, CheckFailure])("a %o", (Class) => {
  const cause = new Error("EADDRINUSE");
  const error = new Class("HALE_LISTEN_FAILED", "It failed.", { cause });

  test("takes a cause, as any error does", () => {
    expect(error).toMatchObject({ message: "It failed.", code: "HALE_LISTEN_FAILED", cause });
    expect("cause" in new Class("HALE_LISTEN_FAILED", "It failed.")).toBe(false);
  });

  test("is known by its brand, as one of another copy of the package is", () => {
    const brands = Object.getOwnPropertySymbols(error);
    const copied = Object.assign(new Error("It failed."), { code: error.code });
    expect(copied instanceof Class).toBe(false);
    for (const brand of brands) Object.defineProperty(copied, brand, { value: true });
    expect(copied instanceof Class).toBe(true);
  });

  test("is nothing else", () => {
    const others = [undefined, null, 5, "error", new Error("It failed."), { code: error.code }];
    expect(others.filter((other) => (other as unknown) instanceof Class)).toEqual([]);
    expect(error instanceof (Class === HaleError ? CheckFailure : HaleError)).toBe(false);
  });

  test("is none of a class that extends it", () => {
    class Own extends Class {}
    expect(error instanceof Own).toBe(false);
    const own = new Own("HALE_LISTEN_FAILED", "It failed.");
    expect([own instanceof Own, own instanceof Class]).toEqual([true, true]);
  });
});

test.each<[string, string, CheckFailure]>([
  ["HALE_NOT_CONNECTED", 'The client is not connected: its state is "end".', notConnected("end")],
  [
    "HALE_LOADING",
    "The server is loading its data, and serves no client until it has.",
    stillLoading(),
  ],
  ["HALE_UNEXPECTED_REPLY", 'Expected PONG, got "LOADING".', unexpectedReply("PONG", "LOADING")],
])("the reason of %s is a sentence", (code, message, failure) => {
  expect(failure).toBeInstanceOf(CheckFailure);
  expect([failure.code, failure.message]).toEqual([code, message]);
});

describe("an unexpected reply", () => {
  test.each<[string, unknown]>([
    ['""', ""],
    ['"a \\"b\\""', 'a "b"'],
    ['"two\\nlines"', "two\nlines"],
    ["undefined", undefined],
    ["null", null],
    ["0", 0],
    ["7", 7n],
    ["false", false],
    ["Symbol(s)", Symbol("s")],
    ["an object", ["a", "b"]],
    ["an object", {}],
  ])("is quoted as %s", (quoted, reply) => {
    expect(unexpectedReply("PONG", reply).message).toBe(`Expected PONG, got ${quoted}.`);
  });

  test("is cut when it is long", () => {
    const { message } = unexpectedReply("PONG", "x".repeat(10_000));
    expect(message).toBe(`Expected PONG, got "${"x".repeat(79)}….`);
  });

  test.each<[string, unknown]>([
    ["has no prototype", Object.create(null)],
    [
      "throws when it is made a text",
      {
        toString() {
          throw new Error("no");
        },
      },
    ],
  ])("that %s is reported all the same", (_, reply) => {
    expect(unexpectedReply("PONG", reply).message).toMatch(/^Expected PONG, got .+\.$/);
  });
});

/** The codes that the files of src name, the lists of codes left out. */
function codesInSource(): ReadonlySet<string> {
  const root = join(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== join("contract", "errors.ts"))
    .map((file) => readFileSync(join(root, file), "utf8"));
  expect(files.length).toBeGreaterThan(20);
  return new Set(
    files.flatMap((text) => text.match(/"HALE_[A-Z_]+"/g) ?? []).map((code) => code.slice(1, -1)),
  );
}
