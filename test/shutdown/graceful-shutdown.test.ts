import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Order } from "../../src/cluster/cluster-message.ts";
import { primaryOrdersOf } from "../../src/cluster/primary-orders.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { probersOf } from "../../src/shutdown/probers.ts";
import type { ShutdownOptions } from "../../src/shutdown/shutdown-options.ts";
import { compose, serve } from "../_support/compose.ts";
import { FakeProcess } from "../_support/fake-process.ts";
import { serve as listenOn } from "../_support/serve.ts";

type Service = ReturnType<typeof compose>;

function arrange(service: Service, options: Partial<ShutdownOptions> = {}) {
  const { health, clock, lines } = service;
  const fake = new FakeProcess();
  const order: string[] = [];
  const note = (what: string) => () => void order.push(`${what} at ${clock.now()}`);
  const shutdown = composeShutdown({ health, ...options }, fake.environment);
  const texts = () => lines.map(([level, line]) => `${level} ${line.replace("hale: ", "")}`);
  return { ...service, fake, order, note, shutdown, texts };
}

async function served(options: Partial<ShutdownOptions> = {}) {
  return arrange(await serve(), options);
}

test("why begin() was called, and the names of hooks, are logged without credentials", async () => {
  const { clock, lines, shutdown } = await served({
    onClose: {
      "close postgres://a:hunter2@db/x": () => Promise.reject(new Error("refused")),
    },
  });
  const ended = shutdown.begin("cannot reach redis://:hunter2@cache");
  await clock.advance(0);
  expect((await ended).failedHooks).toEqual(["close postgres://***@db/x"]);
  expect(JSON.stringify(lines)).toContain("cannot reach redis://***@cache");
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

describe("on the first signal", () => {
  test("hooks that throw what cannot be read have failed, and the others run", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const fail = () => {
      throw proxy;
    };
    const run: string[] = [];
    const { fake, clock, texts } = await served({
      onDrain: { drain: fail, other: () => void run.push("drain") },
      onStop: { stop: fail, other: () => void run.push("stop") },
      onClose: { first: () => void run.push("close"), close: fail, last: async () => fail() },
    });
    fake.emit("SIGTERM");
    await clock.advance(0);
    expect(run).toEqual(["drain", "stop", "close"]);
    expect(fake.exits).toEqual([1]);
    expect(texts().filter((line) => line.includes("failed"))).toEqual(
      [
        ['onDrain "drain"', ""],
        ['onStop "stop"', ""],
        ['onClose "last"', ""],
        ['onClose "close"', ' (hooks of onClose run in reverse order; before this one: "last")'],
      ].map(
        ([hook, order]) =>
          `error ${hook} failed after 0 ms: It failed with a value that cannot be read.${order}`,
      ),
    );
  });

  test("an uncaught exception that cannot be read ends the process with 1", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const { fake, clock, texts } = await served({ fatal: "drain" });
    fake.emit("uncaughtException", proxy);
    await clock.advance(0);
    expect(fake.exits).toEqual([1]);
    expect(texts()[0]).toBe(
      "error uncaught exception: It failed with a value that cannot be read.",
    );
  });

  test("readiness is 503 in the same turn, liveness 200, and one line says why", async () => {
    const { fake, status, texts } = await served();
    fake.emit("SIGTERM");
    expect([await status("/readyz"), await status("/livez")]).toEqual([503, 200]);
    expect(texts()[0]).toBe(
      "info shutdown started: SIGTERM; nothing to wait for: no recurring prober and no application request in the last minute",
    );
  });

  test("a worker that nobody probes ends at once, with 0, after its hooks", async () => {
    const service = await serve();
    const order: string[] = [];
    const { fake, texts } = arrange(service, {
      onDrain: { jobs: () => void order.push("jobs"), mails: () => void order.push("mails") },
      onClose: [
        function pool() {
          order.push("pool");
        },
        function cache() {
          order.push("cache");
        },
      ],
    });
    fake.emit("SIGTERM");
    expect(fake.held).toBe(1);
    await service.clock.advance(0);
    expect(order).toEqual(["jobs", "mails", "cache", "pool"]);
    expect(fake).toMatchObject({ exits: [0], held: 0 });
    expect(texts()).toEqual([
      "info shutdown started: SIGTERM; nothing to wait for: no recurring prober and no application request in the last minute",
      "info service is draining, was serving",
      'info onDrain "jobs" finished in 0 ms',
      'info onDrain "mails" finished in 0 ms',
      "info drain finished in 0 s: no recurring prober and no application request in the last minute",
      'info onClose "cache" finished in 0 ms',
      'info onClose "pool" finished in 0 ms',
      "info shutdown finished in 0 s, exit code 0",
    ]);
  });

  test("the message of pm2 does the same, and a signal after it ends the process", async () => {
    const { fake, health, clock } = await served({ onClose: () => new Promise(() => {}) });
    fake.emit("message", "anything else");
    expect((await health.report("readiness")).phase).toBe("serving");
    fake.emit("message", "shutdown");
    fake.emit("message", "shutdown");
    expect((await health.report("readiness")).phase).toBe("draining");
    await clock.advance(0);
    await clock.advance(1000);
    expect(fake.exits).toEqual([]);
    fake.emit("SIGINT");
    expect(fake.exits).toEqual([130]);
  });

  test("a service that has not started does not wait", async () => {
    const service = compose({ startup: { manual: true } });
    const { fake, texts } = arrange(service);
    fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
    fake.emit("SIGTERM");
    await service.clock.advance(0);
    expect(fake.exits).toEqual([0]);
    expect(texts()).toContain("info drain finished in 0 s: the service had not started");
  });
});

test("in Kubernetes hooks of onClose are called when the least time has passed", async () => {
  const service = await serve();
  const fake = new FakeProcess();
  fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
  const calls: number[] = [];
  const onClose = () => void calls.push(service.clock.now());
  const servers = [createServer()];
  composeShutdown({ health: service.health, servers, onClose }, fake.environment);
  fake.emit("SIGTERM");
  await service.clock.advance(4999);
  expect(calls).toEqual([]);
  await service.clock.advance(1);
  expect(calls).toEqual([5000]);
  expect(fake.exits).toEqual([0]);
});

/** A Nest application without an HTTP server, by the methods of its own; a microservice has `listen` besides. */
const nestContext = (calls: string[], methods: object = {}) => ({
  async init() {},
  select() {},
  close: async () => void calls.push("closed"),
  ...methods,
});

test("in Kubernetes a Nest microservice alone is closed when the least time has passed", async () => {
  const { clock, health } = await serve();
  const fake = new FakeProcess();
  fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
  const calls: string[] = [];
  const servers = [nestContext(calls, { async listen() {} })];
  composeShutdown({ health, servers }, fake.environment);
  fake.emit("SIGTERM");
  await clock.advance(4999);
  expect(calls).toEqual([]);
  await clock.advance(1);
  expect(calls).toEqual(["closed"]);
  expect(fake.exits).toEqual([0]);
});

test("in Kubernetes a Nest application context, which takes nothing, is closed at once", async () => {
  const { clock, health } = await serve();
  const fake = new FakeProcess();
  fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
  const calls: string[] = [];
  composeShutdown({ health, servers: [nestContext(calls)] }, fake.environment);
  fake.emit("SIGTERM");
  await clock.advance(0);
  expect(calls).toEqual(["closed"]);
  expect(fake.exits).toEqual([0]);
});

test("in Kubernetes the least time holds for a signal in the turn of createHealth() too", async () => {
  const server = createServer();
  const { close } = await listenOn(server);
  onTestFinished(close);
  const { health, clock } = compose();
  const fake = new FakeProcess();
  fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
  composeShutdown({ health, servers: [server] }, fake.environment);
  fake.emit("SIGTERM");
  await clock.advance(4999);
  expect(fake.exits).toEqual([]);
  await clock.advance(1);
  expect(fake.exits).toEqual([0]);
});

test.each<[string, Partial<ShutdownOptions>, number]>([
  ["a consumer without servers waits for nothing but its hooks", {}, 0],
  [
    "the port of the probes alone is no server to drain",
    { servers: [{ url: "http://127.0.0.1:9000/", port: 9000, close: async () => {} }] },
    0,
  ],
  ["the least time holds without servers where it is given", { drain: { min: 3000 } }, 3000],
])("in Kubernetes %s", async (_, options, expected) => {
  const { health, clock } = await serve();
  const fake = new FakeProcess();
  fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
  composeShutdown({ health, ...options }, fake.environment);
  await health.handle({
    method: "GET",
    url: "/readyz",
    header: (name) => (name === "user-agent" ? "kube-probe/1.30" : undefined),
  });
  fake.emit("SIGTERM");
  await clock.advance(Math.max(0, expected - 1));
  expect(fake.exits).toEqual(expected === 0 ? [0] : []);
  await clock.advance(1);
  expect(fake.exits).toEqual([0]);
});

test("elsewhere the drain ends when the prober has received three 503s, and the log says so", async () => {
  const { fake, clock, health, texts } = await served();
  const ask = () =>
    health.handle({
      method: "GET",
      url: "/readyz",
      header: (name) => (name === "user-agent" ? "HAProxy" : undefined),
      remoteAddress: "10.0.0.1",
    });
  await ask();
  await ask();
  fake.emit("SIGTERM");
  for (let times = 0; times < 3; times++) {
    await clock.advance(1000);
    await ask();
  }
  await clock.advance(1999);
  expect(fake.exits).toEqual([]);
  await clock.advance(1);
  expect(fake.exits).toEqual([0]);
  expect(texts()).toContain(
    "info drain finished in 5 s: every recent prober (1) received 3 × 503; no requests for 2 s",
  );
});

test("a port that other code closes at the signal ends the drain, and the log says what to do", async () => {
  const server = createServer();
  const { close } = await listenOn(server);
  onTestFinished(close);
  const { fake, clock, health, texts } = await served({ servers: [server, createServer()] });
  fake.on("SIGTERM", () => server.close());
  for (let times = 0; times < 2; times++) {
    await health.handle({ method: "GET", url: "/readyz", header: () => undefined });
  }
  fake.emit("SIGTERM");
  await clock.advance(250);
  expect(fake.exits).toEqual([0]);
  expect(texts()).toEqual(
    expect.arrayContaining([
      "warn other code closed the port during the drain, so that requests are refused: remove its listener to the signal (Nest: app.enableShutdownHooks())",
      "info drain finished in 0.25 s: other code closed the port",
    ]),
  );
});

test.each<[string, string, Partial<ShutdownOptions>, string]>([
  [
    "says that another signal ends it, since one within a second is the same request",
    "SIGINT",
    {},
    "15 s; another signal after 1 s ends it at once",
  ],
  ["says so of no other reason", "message", {}, "15 s"],
  ["says so of no process that hale does not end", "SIGINT", { exit: false }, "15 s"],
])("the line of the start %s", async (_, event, options, expected) => {
  const { fake, health, texts } = await served(options);
  for (let times = 0; times < 2; times++) {
    await health.handle({ method: "GET", url: "/readyz", header: () => undefined });
  }
  fake.emit(event, "shutdown");
  expect(texts()[0]?.split("at most ")[1]).toBe(expected);
});

test("503s that the thread has given count as much", async () => {
  const { fake, clock, health } = await served();
  const probers = probersOf(internalsOf("test", health));
  for (let times = 0; times < 2; times++) probers.seen("a", clock.now());
  fake.emit("SIGTERM");
  for (let times = 0; times < 3; times++) probers.refused("a", clock.now());
  await clock.advance(2000);
  expect(fake.exits).toEqual([0]);
});

describe("hooks", () => {
  test("of onDrain begin at once and together, and onClose waits for them", async () => {
    const service = await serve();
    const fake = new FakeProcess();
    const order: string[] = [];
    const slow = (name: string, time: number) => () => {
      order.push(`${name} begins at ${service.clock.now()}`);
      return new Promise<void>((resolve) => {
        service.clock.after(time, () => {
          order.push(`${name} ends at ${service.clock.now()}`);
          resolve();
        });
      });
    };
    composeShutdown(
      {
        health: service.health,
        onDrain: { a: slow("a", 100), b: slow("b", 300) },
        onClose: { c: slow("c", 10), d: slow("d", 20) },
      },
      fake.environment,
    );
    fake.emit("SIGTERM");
    await service.clock.advance(1000);
    expect(order).toEqual([
      "a begins at 0",
      "b begins at 0",
      "a ends at 100",
      "b ends at 300",
      "d begins at 300",
      "d ends at 320",
      "c begins at 320",
      "c ends at 330",
    ]);
    expect(fake.exits).toEqual([0]);
  });

  test("of onStop begin together when the port is closed, and onClose waits for them", async () => {
    const service = await serve();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const order: string[] = [];
    const { clock } = service;
    const { fake } = arrange(service, {
      servers: [server],
      onStop: {
        feeds: () => {
          order.push(`feeds at ${clock.now()}, listening: ${server.listening}`);
          return new Promise<void>((resolve) => clock.after(300, resolve));
        },
        sockets: () => void order.push("sockets"),
      },
      onClose: { pool: () => void order.push(`pool at ${clock.now()}`) },
      drain: { min: 3000 },
    });
    fake.emit("SIGTERM");
    await clock.advance(4000);
    expect(order).toEqual(["feeds at 3000, listening: false", "sockets", "pool at 3300"]);
    expect(fake.exits).toEqual([0]);
  });

  test("are given a signal, which aborts when their time is over", async () => {
    const service = await serve();
    const signals: AbortSignal[] = [];
    const { fake } = arrange(service, {
      hookTimeout: 200,
      onClose: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    fake.emit("SIGTERM");
    await service.clock.advance(199);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await service.clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(fake.exits).toEqual([1]);
  });

  test("that fail or hang do not stop the others, and make it 1", async () => {
    const service = await serve();
    const fake = new FakeProcess();
    const calls: string[] = [];
    const { begin } = composeShutdown(
      {
        health: service.health,
        exit: false,
        onClose: {
          last: () => void calls.push("last"),
          hanging: () => new Promise(() => {}),
          failing: () => Promise.reject(new Error("no")),
        },
      },
      fake.environment,
    );
    const ended = begin("the test");
    await service.clock.advance(5000);
    expect(await ended).toMatchObject({ code: 1, failedHooks: ["failing", "hanging"] });
    expect(calls).toEqual(["last"]);
    expect(fake.exits).toEqual([]);
  });
});

test("where the process goes on, a server has no address once the shutdown is over, so that it may listen again", async () => {
  const service = compose();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const addresses: unknown[] = [];
  const { begin } = composeShutdown(
    {
      health: service.health,
      servers: [server],
      onClose: () => void addresses.push(server.address()),
      exit: false,
    },
    new FakeProcess().environment,
  );
  const ended = begin("the test");
  await service.clock.advance(0);
  await ended;
  expect(addresses).toEqual([expect.objectContaining({ address: "127.0.0.1" })]);
  expect([server.address(), Object.hasOwn(server, "address")]).toEqual([null, false]);
});

test.each([
  ["before the hooks", true, ["app", "hook"]],
  [
    "after the hooks while its start-up goes on, since it is still being built",
    false,
    ["hook", "app"],
  ],
] as const)("an app is closed %s", async (_, started, expected) => {
  const service = compose({ startup: { manual: true } });
  if (started) service.health.markStarted();
  const order: string[] = [];
  const fake = new FakeProcess();
  const server = createServer();
  const app = { getHttpServer: () => server, close: () => void order.push("app") };
  const onClose = () => void order.push("hook");
  composeShutdown({ health: service.health, servers: [app], onClose }, fake.environment);
  fake.emit("SIGTERM");
  await service.clock.advance(0);
  expect(order).toEqual(expected);
  expect(fake.exits).toEqual([0]);
});

test("an app whose server listens is closed before the hooks, though startup is not done, and one that does not after them", async () => {
  const service = compose({ startup: { manual: true } });
  const order: string[] = [];
  const fake = new FakeProcess();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const servers = [createServer(), server].map((one, index) => ({
    server: one,
    close: () => void order.push(`app ${index}`),
  }));
  const onClose = () => void order.push("hook");
  composeShutdown({ health: service.health, servers, onClose }, fake.environment);
  fake.emit("SIGTERM");
  await service.clock.advance(0);
  expect(order).toEqual(["app 1", "hook", "app 0"]);
  expect(fake.exits).toEqual([0]);
});

test("the health is closed after the hooks, and what listen() gave after that", async () => {
  const service = await serve({ checks: { a: async () => {} } });
  const fake = new FakeProcess();
  const order: string[] = [];
  const close = async () => {
    order.push(`server, readiness ${await service.status("/readyz")}`);
  };
  composeShutdown(
    {
      health: service.health,
      servers: [{ url: "http://127.0.0.1:9000/", port: 9000, close }],
      onClose: () => void order.push("hook"),
    },
    fake.environment,
  );
  fake.emit("SIGTERM");
  await service.clock.advance(0);
  expect(order).toEqual(["hook", "server, readiness 503"]);
  expect(fake.exits).toEqual([0]);
  expect(service.lines).toContainEqual([
    "info",
    expect.stringMatching(/server "http:\/\/127\.0\.0\.1:9000\/" closed in 0 ms$/),
  ]);
});

describe("a signal during the shutdown", () => {
  const hanging = { onClose: () => new Promise(() => {}), hookTimeout: 60_000 };

  test.each([
    ["SIGTERM", "SIGTERM", 143],
    ["SIGTERM", "SIGINT", 130],
  ])("%s and, a second later, %s end the process at once", async (first, second, code) => {
    const { fake, clock, texts } = await served(hanging);
    fake.emit(first);
    await clock.advance(1000);
    fake.emit(second);
    expect(fake.exits).toEqual([code]);
    expect(texts().at(-1)).toBe(
      `error ${second} received during the shutdown, while waiting for hooks: the process ends at once, exit code ${code}`,
    );
  });

  test("within a second is the same request", async () => {
    const { fake, clock, texts } = await served(hanging);
    fake.emit("SIGINT");
    await clock.advance(999);
    fake.emit("SIGINT");
    fake.emit("SIGTERM");
    expect(fake.exits).toEqual([]);
    expect(texts().slice(-2)).toEqual([
      "info SIGINT received during the shutdown, which goes on",
      "info SIGTERM received during the shutdown, which goes on",
    ]);
  });

  test("from the process itself is the same request, however late, and one from outside is not", async () => {
    const { fake, clock } = await served(hanging);
    fake.emit("SIGTERM");
    await clock.advance(5000);
    fake.kill(fake.pid, "SIGTERM");
    expect(fake.exits).toEqual([]);
    fake.emit("SIGTERM");
    expect(fake.exits).toEqual([143]);
  });

  test("is ignored where it is SIGHUP, which a terminal sends when it closes", async () => {
    const { fake, clock } = await served({ ...hanging, signals: ["SIGTERM", "SIGHUP"] });
    fake.emit("SIGTERM");
    await clock.advance(5000);
    fake.emit("SIGHUP");
    expect(fake.exits).toEqual([]);
    const other = await served(hanging);
    other.fake.emit("SIGTERM");
    expect(other.fake.listenerCount("SIGHUP")).toBe(1);
  });

  test("does what it does without hale when the process is not hale's to end", async () => {
    const { fake, clock } = await served({ ...hanging, exit: false });
    const sent: string[] = [];
    fake.kill = (_pid, signal) => sent.push(String(signal)) > 0;
    fake.emit("SIGTERM");
    await clock.advance(999);
    fake.emit("SIGTERM");
    expect(sent).toEqual([]);
    await clock.advance(1);
    fake.emit("SIGTERM");
    expect(sent).toEqual(["SIGTERM"]);
    expect([fake.exits, fake.listenerCount("SIGTERM")]).toEqual([[], 0]);
  });

  test("leaves the listener to errors where it is, until the shutdown has finished", async () => {
    const service = await serve();
    let end = () => {};
    const onClose = () => new Promise<void>((resolve) => (end = resolve));
    const { fake, texts } = arrange(service, { exit: false, fatal: "drain", onClose });
    fake.emit("SIGTERM");
    await service.clock.advance(1000);
    fake.emit("SIGTERM");
    expect(fake.listenerCount("uncaughtException")).toBe(1);
    fake.emit("uncaughtException", new Error("by accident"));
    expect(texts().join()).toContain("uncaught exception: by accident");
    end();
    await service.clock.advance(0);
    expect(texts().at(-1)).toMatch(/^error shutdown finished in .*, exit code 1$/);
    expect([fake.exits, fake.listening]).toEqual([[], 0]);
  });
});

describe("in the company of other code", () => {
  test("other listeners to the signal are named", async () => {
    const { fake, clock, texts } = await served();
    fake.on("SIGTERM", function stopServer() {});
    fake.emit("SIGTERM");
    await clock.advance(0);
    expect(texts()[0]).toBe(
      "info other code listens to SIGTERM too: stopServer; if it ends the process, the shutdown is cut short",
    );
  });

  test("a signal that the process sends itself after begin() hides none from outside", async () => {
    const { fake, clock, texts, shutdown } = await served({
      onClose: () => new Promise(() => {}),
    });
    void shutdown.begin();
    await clock.advance(1000);
    fake.kill(fake.pid, "SIGTERM");
    await clock.advance(1000);
    fake.emit("SIGTERM");
    await clock.advance(1000);
    fake.emit("SIGTERM");
    expect(fake.exits).toEqual([143]);
    expect(texts()).toContain("info SIGTERM received during the shutdown, which goes on");
  });

  test("an end of the process by other code is an error, with what was not run", async () => {
    const { fake, clock, texts } = await served({
      onDrain: { jobs: () => {} },
      onStop: { feeds: () => {} },
      onClose: { cache: () => new Promise(() => {}), database: () => {} },
    });
    fake.emit("SIGTERM");
    await clock.advance(0);
    fake.exit(0);
    fake.emit("exit", 0);
    expect(texts().at(-1)).toMatch(
      /^error the process was ended while waiting for hooks, exit code 0, by process\.exit\(0\) at .*graceful-shutdown\.test\.ts.*; not finished: onClose "cache"$/,
    );
  });

  test("its own end is none, nor is that by a second signal", async () => {
    const { fake, clock, texts } = await served();
    fake.emit("SIGTERM");
    await clock.advance(0);
    fake.emit("exit", 0);
    expect(texts().at(-1)).toBe("info shutdown finished in 0 s, exit code 0");

    const hanging = await served({ onClose: () => new Promise(() => {}) });
    hanging.fake.emit("SIGTERM");
    await hanging.clock.advance(1000);
    hanging.fake.emit("SIGTERM");
    hanging.fake.emit("exit", 143);
    expect(hanging.texts().at(-1)).toContain("the process ends at once, exit code 143");
  });

  test("process.exitCode is kept, and 0 is none", async () => {
    const codes = [3, 0].map(async (exitCode) => {
      const { fake, clock } = await served({
        onClose: () => {
          fake.exitCode = exitCode;
          throw new Error("no");
        },
      });
      fake.emit("SIGTERM");
      await clock.advance(0);
      return fake.exits;
    });
    expect(await Promise.all(codes)).toEqual([[3], [1]]);
  });
});

describe("a worker of a cluster whose primary leads it", () => {
  async function led() {
    const service = await served({ servers: [createServer()] });
    const lead = primaryOrdersOf(internalsOf("test", service.health));
    return { ...service, say: (order: Order) => lead.hear(order, service.clock.now()) };
  }

  test("drains when it is told to, and ends when it is released", async () => {
    const { say, fake, clock, status, texts } = await led();
    say("follow");
    expect(await status("/readyz")).toBe(200);
    say("drain");
    expect(await status("/readyz")).toBe(503);
    await clock.advance(14_999);
    expect(fake.exits).toEqual([]);
    say("close");
    await clock.advance(0);
    expect(fake.exits).toEqual([0]);
    expect(texts()).toContain(
      "info shutdown started: the primary ends; waiting for the drain of the primary and 2 s without requests, at most 15 s",
    );
    expect(texts().join()).toContain("the drain of the primary finished");
  });

  test("waits after a signal of its own too, though nobody probes it", async () => {
    const { say, fake, clock } = await led();
    say("follow");
    fake.emit("SIGTERM");
    await clock.advance(499);
    say("drain");
    await clock.advance(3000);
    expect(fake.exits).toEqual([]);
    say("close");
    await clock.advance(0);
    expect(fake.exits).toEqual([0]);
  });

  test("ends by itself after a signal that the primary has not got", async () => {
    const { say, fake, clock, texts } = await led();
    say("follow");
    fake.emit("SIGTERM");
    await clock.advance(1999);
    expect(fake.exits).toEqual([]);
    await clock.advance(1);
    expect(fake.exits).toEqual([0]);
    expect(texts().join()).toContain("the primary goes on without this worker");
  });

  test("ends by itself at the longest time, when the primary says no more", async () => {
    const { say, fake, clock } = await led();
    say("drain");
    await clock.advance(15_000);
    expect(fake.exits).toEqual([0]);
  });

  test("hears nothing any more after dispose()", async () => {
    const { say, shutdown, fake, clock, health } = await led();
    shutdown.dispose();
    say("close");
    await clock.advance(0);
    expect(fake.exits).toEqual([]);
    expect(primaryOrdersOf(internalsOf("test", health)).obeyed).toBe(false);
  });
});

describe('with fatal: "drain"', () => {
  test("an uncaught exception is logged without credentials, and ends with 1", async () => {
    const service = await serve();
    const { fake, texts, status } = arrange(service, { fatal: "drain" });
    fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
    fake.emit("uncaughtException", new Error("lost postgres://me:secret-word@db/shop"));
    expect(await status("/readyz")).toBe(503);
    await service.clock.advance(0);
    expect(fake.exits).toEqual([1]);
    expect(texts()[0]).toMatch(/^error uncaught exception: lost .*\n +at /);
    expect(texts().join()).not.toContain("secret-word");
  });

  test("it cuts the waiting of a drain short", async () => {
    const service = await serve();
    const fake = new FakeProcess();
    fake.env.KUBERNETES_SERVICE_HOST = "10.0.0.1";
    composeShutdown(
      { health: service.health, servers: [createServer()], fatal: "drain" },
      fake.environment,
    );
    fake.emit("SIGTERM");
    await service.clock.advance(1000);
    fake.emit("uncaughtException", "a text");
    await service.clock.advance(0);
    expect(fake.exits).toEqual([1]);
  });

  test("is not the default: Node ends the process itself", async () => {
    const { fake } = await served();
    expect(fake.listenerCount("uncaughtException")).toBe(0);
  });
});

describe("gracefulShutdown", () => {
  test("is refused for a health that has one, until that is disposed of", async () => {
    const { health, shutdown } = await served();
    const again = () => composeShutdown({ health }, new FakeProcess().environment);
    expect(again).toThrow(expect.objectContaining({ code: "HALE_SHUTDOWN_TWICE" }));
    shutdown.dispose();
    expect(again).not.toThrow();
  });

  test("ends nothing by begin() after dispose(), be there another for the health or not", async () => {
    const { fake, health, shutdown, order, note, lines } = await served();
    shutdown.dispose();
    const nothing = { code: 0, cutOff: { requests: 0, connections: 0 }, failedHooks: [] };
    const drained = "nothing was ended, since dispose() was called before";
    expect(await shutdown.begin()).toEqual({ ...nothing, drained });

    composeShutdown({ health, onClose: note("close") }, fake.environment);
    expect(await shutdown.begin()).toEqual({ ...nothing, drained });
    expect({ lines, order, exits: fake.exits, held: fake.held }).toEqual({
      lines: [],
      order: [],
      exits: [],
      held: 0,
    });
  });

  test("leaves no listener and no timer after dispose()", async () => {
    const { fake, shutdown, clock } = await served({ fatal: "drain" });
    expect(fake.eventNames().toSorted()).toEqual([
      "SIGINT",
      "SIGTERM",
      "message",
      "newListener",
      "uncaughtException",
    ]);
    shutdown.dispose();
    shutdown.dispose();
    expect([fake.listening, clock.pending, fake.held]).toEqual([0, 0, 0]);
  });

  test("begins once, whoever asks", async () => {
    const { shutdown, fake, clock } = await served();
    const ended = shutdown.begin();
    expect(shutdown.begin("again")).toBe(ended);
    fake.emit("SIGTERM");
    await clock.advance(0);
    expect((await ended).code).toBe(0);
    expect(fake.exits).toEqual([0]);
  });
});

describe("a health that fails in a shutdown", () => {
  const failing = async (method: "drain" | "close", act: () => never | Promise<never>) => {
    const service = await serve();
    const health = { ...service.health, [method]: act };
    return arrange({ ...service, health }, { onClose: { pool: () => {} } });
  };
  const broken = () => {
    throw new Error("no password=s3cret");
  };

  test("and cannot be closed keeps the process for no longer than that takes, which ends with 1", async () => {
    const thrown = await failing("close", broken);
    thrown.fake.emit("SIGTERM");
    await thrown.clock.advance(0);
    expect(thrown.fake).toMatchObject({ exits: [1], held: 0 });
    expect(thrown.texts().join()).toContain('close "health" failed after 0 ms: no password=');
    expect(thrown.texts().join()).not.toContain("s3cret");

    const hanging = await failing("close", () => new Promise<never>(() => {}));
    hanging.fake.emit("SIGTERM");
    await hanging.clock.advance(5799);
    expect(hanging.fake.exits).toEqual([]);
    await hanging.clock.advance(1);
    expect(hanging.fake).toMatchObject({ exits: [1], held: 0 });
  });

  test("and cannot drain ends the process with 1, and begin() does not reject", async () => {
    const { fake, shutdown, texts } = await failing("drain", broken);
    expect(await shutdown.begin()).toMatchObject({ code: 1, cutOff: { requests: 0 } });
    expect(fake).toMatchObject({ exits: [1], held: 0 });
    expect(texts().at(-1)).toMatch(/^error shutdown failed while draining: no password=/);
  });
});
