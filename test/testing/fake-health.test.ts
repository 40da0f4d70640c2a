import { createServer, type RequestListener } from "node:http";
import createExpress from "express";
import createFastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { describe, expect, test, vi } from "vitest";
import { healthMiddleware as expressMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthMiddleware as honoMiddleware } from "../../src/adapters/hono.ts";
import { healthMiddleware as koaMiddleware } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import { group } from "../../src/contract/group.ts";
import type { ChangeEvent } from "../../src/contract/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { FakeChecks } from "../../src/testing/fake-checks.ts";
import { type FakeHealth, fakeHealth } from "../../src/testing/fake-health.ts";
import { ManualClock } from "../../src/testing/internal/manual-clock.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** The status of a check, as a probe reports it. */
async function statusOf(health: FakeHealth, name: string) {
  const { checks } = await health.report("deep", { check: name });
  return checks[0]?.status;
}

async function settled(checks: FakeChecks, options = {}) {
  const health = fakeHealth(checks, options);
  await health.whenSettled();
  return health;
}

test("each check is in the state that it was given", async () => {
  const health = await settled({ database: "up", cache: "degraded", queue: "down" });
  const { status, phase, checks } = await health.report("deep");
  expect({ status, phase }).toEqual({ status: "down", phase: "serving" });
  expect(checks.map(({ name, status }) => [name, status])).toEqual([
    ["database", "up"],
    ["cache", "degraded"],
    ["queue", "down"],
  ]);
});

test("a check that is set has its new outcome at the next probe, whose caller did not wait", async () => {
  const health = await settled({ database: "up" });
  health.set("database", {
    status: "down",
    reason: "connect ECONNREFUSED postgres://shop:hunter2@db",
    code: "ECONNREFUSED",
    observations: { connections: { value: 0, unit: "connections" } },
  });
  const { checks } = await health.report("readiness");
  expect(checks[0]).toMatchObject({
    status: "down",
    code: "ECONNREFUSED",
    observations: { connections: { value: 0, unit: "connections" } },
  });
  expect(checks[0]?.reason).not.toContain("hunter2");
  health.set("database", "up");
  expect((await health.report("readiness")).status).toBe("up");
});

test("listeners receive a change without a probe", async () => {
  const changes: ChangeEvent[] = [];
  const health = await settled({ database: "up" });
  health.on("change", (event) => changes.push(event));
  health.set("database", "down");
  health.set("database", "degraded");
  await health.whenSettled();
  expect(changes).toMatchObject([{ check: "database", from: "up", to: "degraded" }]);
  health.set("database", "down");
  await health.whenSettled();
  expect(changes).toHaveLength(2);
});

test("the last of two settings counts, whatever is under way between them", async () => {
  const health = await settled({ database: "up" });
  for (let turns = 0; turns < 8; turns++) {
    health.set("database", "down");
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    health.set("database", "up");
    await health.whenSettled();
    expect(await statusOf(health, "database")).toBe("up");
  }
});

test("groups have members that are set by their whole names", async () => {
  const health = await settled({
    database: "up",
    payments: group({ gateway: "up", ledger: { status: "down", critical: false } }),
    ordering: group(["database", "payments"]),
  });
  expect((await health.report("deep", { check: "ordering" })).status).toBe("degraded");
  health.set("payments.gateway", "down");
  expect((await health.report("deep", { check: "payments" })).status).toBe("down");
});

test("checks have the options of those that they stand for", async () => {
  const health = await settled({
    cache: { status: "down", critical: false },
    heap: { status: "down", scope: "process", probes: ["liveness"] },
    search: { status: "up", shared: true },
  });
  expect((await health.report("liveness")).status).toBe("down");
  expect((await health.report("readiness")).status).toBe("degraded");
  health.set("search", "down");
  expect((await health.report("readiness")).checks).toMatchObject([
    { name: "cache", failing: false },
    { name: "search", status: "down", failing: false },
  ]);
});

test("a request finds it started that comes in the same turn, and waiting for its start-up tasks", async () => {
  const request = { method: "GET", url: "/health/ready", header: () => undefined };
  const health = fakeHealth({ database: "up" });
  expect((await health.handle(request))?.status).toBe(200);
  const starting = fakeHealth({ database: "up" });
  starting.addStartupTask("load the prices", new Promise(() => {}));
  expect((await starting.handle(request))?.status).toBe(503);
});

test("every option of createHealth applies, and the logger is off unless it is given", async () => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const health = await settled(
    { database: "down" },
    { http: { paths: { readiness: "/up" } }, logger },
  );
  const answer = await health.handle({ method: "GET", url: "/up", header: () => undefined });
  expect(answer?.status).toBe(503);
  expect(logger.warn).toHaveBeenCalled();
  const log = vi.spyOn(console, "warn").mockImplementation(() => {});
  await settled({ database: "down" });
  expect(log).not.toHaveBeenCalled();
});

describe("the clock", () => {
  test("stands still until it is moved", async () => {
    const health = await settled({ database: "hanging" });
    const report = vi.fn();
    void health.report("readiness").then(report);
    await health.clock.advance(499);
    expect(report).not.toHaveBeenCalled();
    await health.clock.advance(1);
    expect(report).toHaveBeenCalledTimes(1);
    expect(health.clock.now()).toBe(500);
    const { checks } = report.mock.calls[0]?.[0] ?? {};
    expect(checks).toMatchObject([{ status: "down", code: "HALE_TIMEOUT" }]);
  });

  test("runs checks in the background at their interval, without jitter", async () => {
    const health = await settled({ database: { status: "up", interval: 5000 } });
    const changes: ChangeEvent[] = [];
    health.on("change", (event) => changes.push(event));
    health.set("database", "hanging");
    await health.clock.advance(15_499);
    expect(changes).toMatchObject([{ to: "down", code: "HALE_TIMEOUT" }]);
    health.set("database", "up");
    await health.clock.advance(5000);
    expect(changes.at(-1)).toMatchObject({ from: "down", to: "up" });
  });

  test("fires what falls due at one moment in its order, and nothing that was cancelled", async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push("late"));
    clock.after(10, () => fired.push("one"));
    const cancel = clock.after(10, () => fired.push("cancelled"));
    clock.after(10, () => {
      fired.push("two");
      clock.after(0, () => fired.push("three"));
    });
    cancel();
    await clock.advance(10);
    expect(fired).toEqual(["one", "two", "three"]);
    await clock.advance(9);
    expect(fired).not.toContain("late");
    await clock.advance(1);
    expect(fired).toEqual(["one", "two", "three", "late"]);
  });

  test("makes each run of a day", async () => {
    const health = await settled({ database: { status: "up", interval: 5000 } });
    let runs = 0;
    internalsOf("test", health).events.on("result", () => runs++);
    await health.clock.advance(24 * 60 * 60 * 1000);
    expect(runs).toBe(17_280);
  });

  test("counts runs against the thresholds", async () => {
    const health = await settled({
      database: { status: "up", interval: 1000, failureThreshold: 3 },
    });
    health.set("database", "down");
    await health.clock.advance(1999);
    expect(await statusOf(health, "database")).toBe("up");
    await health.clock.advance(1);
    expect(await statusOf(health, "database")).toBe("down");
  });

  test("brings restartAfter to an end at its moment, to which nothing is added", async () => {
    const health = await settled({
      database: { status: "up", interval: 1000, restartAfter: 10_000 },
    });
    health.set("database", "down");
    await health.clock.advance(9999);
    expect((await health.report("liveness")).status).toBe("degraded");
    await health.clock.advance(1);
    expect((await health.report("liveness")).status).toBe("down");
  });

  test("moves as often as it is called, one move after the other", async () => {
    const health = await settled({});
    await Promise.all([health.clock.advance(100), health.clock.advance(200)]);
    expect(health.clock.now()).toBe(300);
  });

  test("refuses to go back", () => {
    for (const time of [-1, Number.NaN, "1" as never]) {
      const { code } = haleErrorOf(() => void fakeHealth().clock.advance(time));
      expect(code).toBe("HALE_BAD_OPTION");
    }
  });

  test("is not that of the test runner, whose fake timers change nothing", async () => {
    vi.useFakeTimers();
    try {
      const health = await settled({ database: { status: "up", interval: 1000 } });
      health.set("database", "down");
      await health.clock.advance(1000);
      expect(await statusOf(health, "database")).toBe("down");
    } finally {
      vi.useRealTimers();
    }
  });
});

test("a check that hangs, and recovers after its runs were written off, is up again", async () => {
  const health = await settled({ database: { status: "hanging", interval: 1000 } });
  await health.clock.advance(10_000);
  const { checks } = await health.report("deep");
  expect(checks[0]).toMatchObject({ status: "down", code: "HALE_HUNG" });
  health.set("database", "up");
  await health.whenSettled();
  expect(await statusOf(health, "database")).toBe("up");
});

test("checks among the options that are undefined are none", async () => {
  const health = await settled({ database: "up" }, { checks: undefined });
  expect(await statusOf(health, "database")).toBe("up");
});

describe("the phases", () => {
  test("begin with starting, while startup waits for markStarted()", async () => {
    const health = await settled({}, { startup: { manual: true } });
    expect((await health.report("startup")).status).toBe("down");
    health.markStarted();
    await health.whenReady();
    expect((await health.report("startup")).status).toBe("up");
  });

  test("end with draining", async () => {
    const health = await settled({ database: "up" });
    health.drain();
    expect(await health.report("readiness")).toMatchObject({ status: "down", phase: "draining" });
    expect((await health.report("liveness")).status).toBe("up");
    await health.close();
    health.set("database", "down");
    await health.whenSettled();
  });

  test("of a graceful shutdown take the time of the clock", async () => {
    const health = await settled({});
    const { begin } = gracefulShutdown({ health, exit: false, drain: { min: 5000 } });
    const ended = vi.fn();
    void begin("the test").then(ended);
    await health.clock.advance(4999);
    expect([health.signal("drain").aborted, ended.mock.calls.length]).toEqual([true, 0]);
    await health.clock.advance(60_000);
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

describe("it is mounted as the health of a service is:", () => {
  const ADAPTERS: readonly [string, (health: FakeHealth) => Promise<Serving>][] = [
    [
      "attached",
      (health) => {
        const server = createServer();
        attach(server, health);
        return serve(server);
      },
    ],
    ["on a port of its own", (health) => listening(health)],
    [
      "in Express",
      (health) =>
        serve(createServer(createExpress().use(expressMiddleware(health)) as RequestListener)),
    ],
    ["in Koa", (health) => serve(createServer(new Koa().use(koaMiddleware(health)).callback()))],
    [
      "in Fastify",
      async (health) => {
        const app = createFastify({ forceCloseConnections: true });
        await app.register(healthPlugin(health));
        return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
      },
    ],
  ];

  interface Serving {
    readonly base: string;
    close(): Promise<void>;
  }

  async function listening(health: FakeHealth): Promise<Serving> {
    const { url, close } = await listen(health, { port: 0, host: "127.0.0.1" });
    return { base: url.replace(/\/$/, ""), close };
  }

  test.each(ADAPTERS)("%s", async (_, mount) => {
    const health = fakeHealth({ database: "up" });
    const { base, close } = await mount(health);
    expect((await ask(base, "GET", "/health/ready")).status).toBe(200);
    health.set("database", "down");
    expect((await ask(base, "GET", "/health/deep")).body).toBe(
      '{"status":"unhealthy","checks":{"database":"failed"}}',
    );
    await close();
  });

  test("in Hono, without a server", async () => {
    const health = await settled({ database: "down" });
    const app = new Hono().use(honoMiddleware(health) as never);
    expect((await app.request("/health/ready")).status).toBe(503);
  });
});

describe("misuse is an error:", () => {
  test.each<[string, () => unknown, string, string]>([
    [
      "a state",
      () => fakeHealth({ db: "dwon" as never }),
      "HALE_BAD_OPTION",
      'Did you mean "down"?',
    ],
    [
      "no state",
      () => fakeHealth({ db: {} as never }),
      "HALE_BAD_OPTION",
      '"status" of the fake check "db"',
    ],
    ["a client", () => fakeHealth({ db: (() => {}) as never }), "HALE_BAD_OPTION", "a function"],
    [
      "checks as an option",
      () => fakeHealth({}, { checks: { db: async () => {} } } as never),
      "HALE_BAD_OPTION",
      "Pass the checks as the first argument.",
    ],
    ["checks", () => fakeHealth(["db"] as never), "HALE_BAD_OPTION", '"checks" of fakeHealth()'],
    [
      "an option",
      () => fakeHealth({ db: { status: "up", timout: 1 } as never }),
      "HALE_UNKNOWN_OPTION",
      'Did you mean "timeout"?',
    ],
    ["a name", () => fakeHealth({ live: "up" }), "HALE_BAD_NAME", '"live"'],
    ["defaults", () => fakeHealth({}, { defaults: 5 as never }), "HALE_BAD_OPTION", '"defaults"'],
    [
      "a check that is not there",
      () => fakeHealth({ database: "up" }).set("databse", "up"),
      "HALE_UNKNOWN_CHECK",
      'Did you mean "database"?',
    ],
    [
      "a group in place of its members",
      () => fakeHealth({ payments: group({ gateway: "up" }) }).set("payments", "up"),
      "HALE_UNKNOWN_CHECK",
      "payments.gateway",
    ],
    [
      "an option of the check, which cannot change",
      () => fakeHealth({ db: "up" }).set("db", { status: "up", critical: false } as never),
      "HALE_UNKNOWN_OPTION",
      '"critical"',
    ],
  ])("%s", (_, misuse, code, text) => {
    const error = haleErrorOf(misuse);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });
});
