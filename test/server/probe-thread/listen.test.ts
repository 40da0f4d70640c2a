import { afterEach, describe, expect, test } from "vitest";
import type { Health } from "../../../src/contract/health.ts";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { internalsOf, type ProberEvent } from "../../../src/health-internals.ts";
import { type ListenOptions, listen } from "../../../src/server/listen.ts";
import { followReadiness, probersOf } from "../../../src/shutdown/probers.ts";
import { auditedOptions } from "../../../src/testing/audited-options.ts";
import { fakeHealth } from "../../../src/testing/fake-health.ts";
import { ask, askRaw } from "../../_support/ask.ts";
import { closedPort } from "../../_support/tcp.ts";
import { controlledContract } from "../../contracts/adapter-contract.ts";
import { until } from "../../servers/_until.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: HealthOptions = {}, listening: Partial<ListenOptions> = {}) {
  const health = createHealth({ logger: false, ...options });
  open.push(() => health.close());
  const place = { port: 0, host: "127.0.0.1", thread: true, ...listening };
  const opening = listen(health, place);
  // No server of the service's own says that it has started.
  if (options.startup?.manual !== true) health.markStarted();
  const server = await opening;
  open.push(() => server.close());
  return { health, server };
}

const readiness = async (url: string) => (await ask(url, "GET", "/readyz")).status;

test("it listens on a free port and says where; its root is readiness, and anything else 404", async () => {
  const { server } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  await until("it is ready", async () => (await readiness(server.url)) === 200);
  const reply = await askRaw(server.url, "OPTIONS / HTTP/1.0\r\n\r\n");
  expect(reply.join("")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(server.url, "GET", "/other")).toMatchObject({ status: 404, body: "" });
});

test("a port that is taken is an error that says so", async () => {
  const { health, server } = await start();
  const again = listen(health, { port: server.port, host: "127.0.0.1", thread: true });
  await expect(again).rejects.toMatchObject({
    code: "HALE_LISTEN_FAILED",
    message: expect.stringContaining(String(server.port)),
    cause: expect.objectContaining({ code: "EADDRINUSE" }),
  });
});

test("the page and its data have the history that the main thread keeps", async () => {
  const { server } = await start(
    { checks: { database: async () => "down" }, http: { expose: "details" } },
    { interval: 100 },
  );
  await until("it has run", async () => (await readiness(server.url)) === 503);
  const { body } = await ask(server.url, "GET", "/health/ready?format=history");
  const { checks } = JSON.parse(body);
  expect(checks.database.changes).toEqual([
    expect.objectContaining({ status: "failed", at: expect.any(String) }),
  ]);
  const page = await ask(server.url, "GET", "/health/ready", { headers: { accept: "text/html" } });
  expect(page.body).toContain("States of database in the last 24 hours");
});

test("closing ends a connection that is kept alive, and frees the port", async () => {
  const port = await closedPort();
  const { health, server } = await start({}, { port });
  const kept = askRaw(server.url, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n").catch(() => []);
  await ask(server.url, "GET", "/health");
  await server.close();
  await kept;
  const again = await listen(health, { port, host: "127.0.0.1", thread: true });
  open.push(() => again.close());
  expect(again.port).toBe(port);
});

test("checks without an interval run in the background, at the one that is given", async () => {
  let runs = 0;
  const { server } = await start(
    { checks: { database: async () => void runs++ } },
    { interval: 100 },
  );
  await until("it has run again and again", () => runs > 5);
  await until("it is ready", async () => (await readiness(server.url)) === 200);
});

test("paths, exposure and tokens are those of the health", async () => {
  const { server } = await start(
    {
      checks: { database: async () => Promise.reject(new Error("refused")) },
      http: {
        paths: { readiness: "/up", liveness: false },
        expose: "status",
        tokens: ["0123456789abcdef"],
      },
    },
    { interval: 100 },
  );
  const { url } = server;
  const authorization = "Bearer 0123456789abcdef";
  await until("the reason is there", async () =>
    (await ask(url, "GET", "/up", { headers: { authorization } })).body.includes("refused"),
  );
  expect(await ask(url, "GET", "/up")).toMatchObject({ status: 503, body: '{"status":"failed"}' });
  expect((await ask(url, "GET", "/livez")).status).toBe(404);
  expect((await ask(url, "GET", "/up/database")).status).toBe(404);
});

test("the main thread learns who asks for readiness, and who was told that it drains", async () => {
  const { health, server } = await start();
  const { events, clock } = internalsOf("the test", health);
  const seen: ProberEvent[] = [];
  events.on("prober", (prober) => seen.push(prober));
  const probe = (agent: string) =>
    ask(server.url, "GET", "/", { headers: { "user-agent": agent } });
  const before = clock.now();
  await probe("first");
  await until("it is known", () => seen.length > 0);
  health.drain();
  await until("it drains", async () => (await probe("second")).status === 503);
  await until("the second is known to have been told", () => seen.some(({ refused }) => refused));
  expect(seen[0]).toMatchObject({ key: expect.stringContaining("\nfirst\n"), refused: false });
  expect(seen[0]?.at).toBeGreaterThanOrEqual(before);
  expect(seen[0]?.at).toBeLessThanOrEqual(clock.now());
  expect(seen.at(-1)).toMatchObject({ key: expect.stringContaining("\nsecond\n"), refused: true });
});

test.each<[string, object]>([
  ["HALE_BAD_OPTION", { port: 0, thread: "yes" }],
  ["HALE_BAD_OPTION", { port: 0, stalled: { readiness: 300 } }],
  ["HALE_BAD_OPTION", { port: 0, thread: false, interval: 1000 }],
  ["HALE_BAD_OPTION", { port: 0, thread: true, interval: 9 }],
  ["HALE_BAD_OPTION", { port: 0, thread: true, stalled: 300 }],
  ["HALE_BAD_OPTION", { port: 0, thread: true, stalled: { readiness: 199 } }],
  ["HALE_BAD_OPTION", { port: 0, thread: true, stalled: { readiness: 30_001 } }],
  ["HALE_BAD_OPTION", { port: 0, thread: true, stalled: { readiness: 301, liveness: 300 } }],
  ["HALE_UNKNOWN_OPTION", { port: 0, thread: true, stalled: { startup: 300 } }],
])("%s is the error for %j", async (code, options) => {
  const health = createHealth({ logger: false });
  await expect(listen(health, options as ListenOptions)).rejects.toMatchObject({ code });
});

test("a health that createHealth() has not made is an error that says so", async () => {
  const { handle, report } = createHealth({ logger: false });
  const copy = { handle, report } as unknown as Health;
  await expect(listen(copy, { port: 0, thread: true })).rejects.toMatchObject({
    code: "HALE_BAD_OPTION",
  });
});

controlledContract(
  "a port of its own, answered by the thread",
  async () => {
    const { options, set } = auditedOptions();
    const { health, server } = await start(options, { interval: 100 });
    const headers = { authorization: `Bearer ${options.http?.tokens?.[0]}` };
    /** The thread answers from the last results, so the one that is meant must be there. */
    const becomes = (wanted: "up" | "down") =>
      until(`the database is ${wanted}`, async () => {
        const { checks } = JSON.parse((await ask(server.url, "GET", "/readyz", { headers })).body);
        return checks.database.state === wanted && checks.cache.state === "up";
      });
    await becomes("up");
    return {
      base: server.url,
      set(state) {
        set(state);
        return becomes(state === "up" ? "up" : "down");
      },
      seen: () => [],
      drain() {
        health.drain();
        return becomes("up");
      },
      close: () => health.close(),
    };
  },
  // Behind this server is no application.
  {
    pass: /^GET \/ is "\{\\"status\\":\\"ok\\"\}", but should be "the application: \/"\. GET \/health\/mine is "", /,
  },
);

const degraded = { database: async () => ({ status: "degraded", reason: "slow" }) };

test("what it says of its answers holds in the thread too, and for it alone", async () => {
  const { health, server } = await start(
    { checks: degraded, http: { expose: "status" } },
    { expose: { deep: "details" }, degradedStatus: 429, drainStatus: 404, envoy: true },
  );
  await until("it is degraded", async () => (await readiness(server.url)) === 429);
  const deep = await ask(server.url, "GET", "/health/deep");
  expect(deep).toMatchObject({ status: 429, headers: { "x-envoy-degraded": "true" } });
  expect(deep.body).toContain("slow");
  expect((await ask(server.url, "GET", "/livez")).status).toBe(200);
  const own = await health.handle({ method: "GET", url: "/health/deep", header: () => undefined });
  expect(own).toMatchObject({ status: 200, body: '{"status":"degraded"}' });
  health.drain();
  await until("it drains", async () => (await readiness(server.url)) === 404);
  expect(await ask(server.url, "GET", "/readyz")).toMatchObject({
    headers: { "x-envoy-immediate-health-check-fail": "true" },
  });
});

test("a rule of who may see what is asked in the main thread, with the request", async () => {
  const { server } = await start({
    checks: { database: async () => true },
    http: {
      tokens: ["0123456789abcdef"],
      expose: (request, probe) => {
        if (request.method !== "GET" || request.remoteAddress !== "127.0.0.1" || probe !== "deep")
          return "checks";
        return request.header("x-team") === "ours, really" ? "details" : "status";
      },
    },
  });
  await until("it is ready", async () => (await readiness(server.url)) === 200);
  const body = async (headers: Record<string, string>) =>
    (await ask(server.url, "GET", "/health/deep", { headers })).body;
  expect(await body({})).toBe('{"status":"healthy"}');
  expect(await body({ "x-team": "ours, really" })).toContain('"phase":"serving"');
  expect(await body({ authorization: "Bearer 0123456789abcdef" })).toContain('"phase":"serving"');
  expect(await body({ authorization: "Bearer 0123456789abcdeX" })).toBe('{"status":"healthy"}');
});

test.each([true, false])("its own headers are on each response (thread: %s)", async (thread) => {
  const headers = { "x-region": "eu-1" };
  const { server } = await start({}, { thread, headers });
  const reply = await ask(server.url, "GET", "/livez");
  expect(reply.headers).toMatchObject({ "x-region": "eu-1" });
});

test.each([true, false])(
  "a rule finds a header by its name in either case (thread: %s)",
  async (thread) => {
    const { server } = await start(
      { checks: { database: async () => {} } },
      { thread, expose: (request) => (request.header("X-Forwarded-For") ? "status" : "checks") },
    );
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    const body = async (headers: Record<string, string>) =>
      (await ask(server.url, "GET", "/health/deep", { headers })).body;
    expect(await body({})).toContain("database");
    expect(await body({ "x-forwarded-for": "10.0.0.9" })).not.toContain("database");
  },
);

describe.each([true, false])("a health that replaces another (thread: %s)", (thread) => {
  const deep = async (url: string, headers: Record<string, string> = {}) => {
    const { status, body } = await ask(url, "GET", "/health/deep", { headers });
    return `${status} ${body}`;
  };

  function createNext(options: HealthOptions): Health {
    const health = createHealth({ logger: false, startup: { manual: true }, ...options });
    open.push(() => health.close());
    health.markStarted();
    return health;
  }

  test("answers over the same port, with its own checks, paths and tokens", async () => {
    const { server, health } = await start({ checks: { a: async () => true } }, { thread });
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    expect(await deep(server.url)).toBe('200 {"status":"healthy","checks":{"a":"ok"}}');
    server.replaceHealth(
      createNext({
        checks: { b: async () => false },
        http: { paths: { liveness: "/up" }, expose: "status", tokens: ["0123456789abcdef"] },
      }),
    );
    await health.close();
    await until(
      "it answers",
      async () => (await deep(server.url)) === '503 {"status":"unhealthy"}',
    );
    const details = await deep(server.url, { authorization: "Bearer 0123456789abcdef" });
    expect(details).toContain('"b":{"status":"failed"');
    expect((await ask(server.url, "GET", "/up")).status).toBe(200);
    expect((await ask(server.url, "GET", "/livez")).status).toBe(404);
  });

  test("is followed, and no longer the one before", async () => {
    const { server, health } = await start({}, { thread });
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    const next = createNext({});
    server.replaceHealth(next);
    health.drain();
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    next.drain();
    await until("it drains", async () => (await readiness(server.url)) === 503);
  });

  test("knows the probers of the one before", async () => {
    const { server, health } = await start({}, { thread });
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    const stop = followReadiness(internalsOf("test", health));
    const { clock } = internalsOf("test", health);
    const known = () => probersOf(internalsOf("test", health)).recent(clock.now()).length;
    await until("the prober is known", async () => {
      await readiness(server.url);
      return known() === 1;
    });
    stop();
    const next = createNext({});
    server.replaceHealth(next);
    expect(probersOf(internalsOf("test", next)).recent(clock.now())).toHaveLength(1);
  });

  test(`is ${thread ? "refused" : "taken"} when a test moves its clock`, async () => {
    const { server } = await start({}, { thread });
    await until("it is ready", async () => (await readiness(server.url)) === 200);
    const next = fakeHealth({ database: "down" });
    open.push(() => next.close());
    if (thread) {
      expect(() => server.replaceHealth(next)).toThrow(
        expect.objectContaining({
          code: "HALE_BAD_OPTION",
          message: expect.stringContaining(
            "the health of fakeHealth(), whose clock the test moves",
          ),
        }),
      );
    } else server.replaceHealth(next);
    expect(await readiness(server.url)).toBe(thread ? 200 : 503);
  });

  test("is refused when it is none", async () => {
    const { server } = await start({}, { thread });
    expect(() => server.replaceHealth({} as Health)).toThrow(
      expect.objectContaining({ code: "HALE_BAD_OPTION" }),
    );
  });
});

test("what was asked of a health before another replaced it is answered by it", async () => {
  let finish = () => {};
  const asked = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = () => {};
  const runs = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { server } = await start(
    {
      deadline: 20_000,
      defaults: { timeout: 10_000, maxAge: 0 },
      checks: {
        a: async () => {
          begun();
          await asked;
        },
      },
      startup: { manual: true },
    },
    { thread: false },
  );
  const deep = async () => (await ask(server.url, "GET", "/health/deep")).body;
  const waiting = deep();
  await runs;
  const next = createHealth({ logger: false, checks: { b: async () => true } });
  open.push(() => next.close());
  server.replaceHealth(next);
  await until("the other one answers", async () => (await deep()).includes('"b":"ok"'));
  finish();
  expect(await waiting).toContain('"checks":{"a":"ok"}');
});
