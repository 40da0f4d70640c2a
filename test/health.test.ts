import { describe, expect, test, vi } from "vitest";
import { cache } from "../src/checks/cache.ts";
import { postgres } from "../src/checks/postgres.ts";
import { redis } from "../src/checks/redis.ts";
import { type Check, type CheckOptions, defineCheck, type Outcome } from "../src/contract/check.ts";
import type { HaleErrorCode } from "../src/contract/errors.ts";
import { group } from "../src/contract/group.ts";
import { type ChangeEvent, type PhaseEvent, SHUTDOWN_STAGES } from "../src/contract/health.ts";
import { PROBES } from "../src/contract/probe.ts";
import { FORMATS } from "../src/formats/index.ts";
import { composeHealth, createHealth, type HealthOptions } from "../src/health.ts";
import { measureBodies } from "../src/http/measure-bodies.ts";
import { createHealth as createHealthOfIndex } from "../src/index.ts";
import { compose, serve } from "./_support/compose.ts";
import { FakeClock, settled } from "./_support/fake-clock.ts";
import { haleErrorOf } from "./_support/thrown.ts";
import { unhandledRejections } from "./_support/unhandled.ts";

const TOKEN = "0123456789abcdef";
const SHOWN = { authorization: `Bearer ${TOKEN}` };

const up = () => {};
const down = () => {
  const reason = "connect ECONNREFUSED 127.0.0.1:5432";
  throw Object.assign(new Error(reason), { code: "ECONNREFUSED" });
};
const degraded = (): Outcome => ({ status: "degraded", reason: "it is slow", code: "SLOW" });
const hanging = () => new Promise(() => {});

/** A check whose outcome is set from outside, and whose runs are counted. */
function script(initial: () => unknown = up) {
  const scripted = {
    runs: 0,
    answer: initial,
    run() {
      scripted.runs++;
      return scripted.answer();
    },
  };
  return scripted;
}

const ofDependency = (run: () => unknown, options: CheckOptions = {}): Check =>
  defineCheck({ ...options, scope: "dependency", run });
const ofProcess = (run: () => unknown, options: CheckOptions = {}): Check =>
  defineCheck({ ...options, scope: "process", run });

describe("misuse is told at once", () => {
  const misuse = (options: unknown) => haleErrorOf(() => createHealth(options as HealthOptions));

  test("createHealth() needs no options", () => {
    expect(Object.keys(createHealth({ logger: false })).sort()).toEqual([
      ...["addStartupTask", "close", "drain", "handle", "markStarted", "on", "report", "signal"],
      ...["whenReady"],
    ]);
    expect(createHealthOfIndex).toBe(createHealth);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a list", []],
    ["a Map", new Map()],
    ["a function", () => {}],
    ["a text", "checks"],
    ["a promise", Promise.resolve({})],
  ])("options that are %s", (_, options) => {
    expect(misuse(options).code).toBe("HALE_BAD_OPTION");
  });

  test("an option that is misspelt, with the one that was meant", () => {
    const error = misuse({ check: {} });
    expect(error.code).toBe("HALE_UNKNOWN_OPTION");
    expect(error.message).toBe(
      'createHealth() has no option "check". Did you mean "checks"? It takes: checks, deadline, defaults, http, startup, history, logger.',
    );
  });

  /** The options that createHealth takes, by the one that they are in. */
  const BAD: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
    "createHealth()": {
      checks: [null, 5, "db", [up], [], new Map([["db", up]]), () => {}, Promise.resolve({})],
      deadline: [0, 149, 150.5, "800", null, 2 ** 31],
      defaults: [null, 5, "timeout", [], new Map(), () => {}],
      history: [null, 5, [], new Map(), () => {}],
      http: [null, 5, "/health", [], new Map(), () => {}],
      startup: ["manual", "auto", null, true, false, [], 5],
      logger: [null, true, "console", 5, {}, { info: up, warn: up }, { ...console, error: 5 }],
    },
    defaults: {
      timeout: [0, -1, 1.5, 49, "500", null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 5n],
      maxAge: [-1, 0.5, 1, 99, "1s", null, 2 ** 31],
      interval: [0, 9, 99, "1s", null, true, 2 ** 31],
      failureThreshold: [0, -1, 1.5, 1001, "1", null],
      successThreshold: [0, -1, 1.5, 1001, "1", null],
      critical: ["true", 1, 0, null],
      shared: ["true", 1, 0, null],
      probes: [[], ["ready"], ["deep", "deep"], "deep", null, new Set(["deep"])],
    },
    http: {
      paths: [null, "/livez", ["/livez"], new Map(), 5],
      expose: ["all", "Status", "", null, true, ["status"], { ready: "status" }, { deep: "all" }],
      drainStatus: [200, 500, "404", null, true],
      degradedStatus: [503, 404, 207, "429", null, true],
      envoy: ["true", 1, null, {}],
      tokens: [null, TOKEN, new Set([TOKEN]), { 0: TOKEN }, 5],
    },
    startup: {
      manual: ["true", 1, 0, null],
      deadline: [0, -1, 1.5, "30s", null, 2 ** 31],
    },
    history: {
      keep: [-1, 1, 24, 3_599_999, 1.5, "1h", null, 2 ** 31],
    },
  };
  const within = (owner: string, options: object) =>
    owner === "createHealth()" ? options : { [owner]: options };

  test.each(
    Object.entries(BAD).flatMap(([owner, options]) =>
      Object.entries(options).map(([option, values]) => [option, owner, values] as const),
    ),
  )("a value that %s of %s does not take", (option, owner, values) => {
    for (const value of values) {
      const error = misuse(within(owner, { [option]: value }));
      expect(error.code).toBe("HALE_BAD_OPTION");
      expect(error.message).toContain(`The option "${option}" of ${owner} must be `);
    }
  });

  test.each(Object.keys(BAD))("an option that %s does not have", (owner) => {
    const [first = ""] = Object.keys(BAD[owner] ?? {});
    const error = misuse(within(owner, { [`${first}s`]: undefined }));
    expect(error.code).toBe("HALE_UNKNOWN_OPTION");
    expect(error.message).toContain(`Did you mean "${first}"?`);
  });

  test.each([
    ["timeout", "defaults.timeout"],
    ["interval", "defaults.interval"],
    ["expose", "http.expose"],
    ["tokens", "http.tokens"],
    ["paths", "http.paths"],
    ["manual", "startup.manual"],
  ])("%s beside the option that it belongs in, with its place", (option, place) => {
    const { code, message } = misuse({ [option]: 500 });
    expect(code).toBe("HALE_UNKNOWN_OPTION");
    expect(message).toContain(`no option "${option}". Did you mean "${place}"?`);
  });

  test("a default timeout over the deadline, also where no check takes it", () => {
    const message =
      'The timeout of defaults is 701 ms, over its maximum of 700 ms: the deadline less 100 ms. Lower it, or set an "interval".';
    expect(misuse({ defaults: { timeout: 701 } })).toMatchObject({
      code: "HALE_TIMEOUT_OVER_DEADLINE",
      message,
    });
    for (const options of [
      { defaults: { timeout: 700 } },
      { defaults: { timeout: 5000, interval: 10_000 } },
      { defaults: { timeout: 900 }, deadline: 1000 },
    ]) {
      expect(() => createHealth({ logger: false, ...options })).not.toThrow();
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ["Vary", { Allowed: "a", Vary: "Accept" }],
    ["x y", { "x y": "a" }],
    ["X-Count", { "X-Count": 5 }],
    ["X-Line", { "X-Line": "a\r\nb" }],
  ])("a header that is refused, by its name: %s", (name, headers) => {
    const { code, message } = misuse({ http: { headers: headers as never } });
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toMatch(new RegExp(`The header "${name}" is not\\.$`));
  });

  test("a group that names a check twice", () => {
    expect(haleErrorOf(() => group(["a", "b", "a"]))).toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringContaining("a list of names, each once, but is a list of 3."),
    });
  });

  test("restartAfter as a default, since it is a choice for each check", () => {
    expect(misuse({ defaults: { restartAfter: 60_000 } }).code).toBe("HALE_UNKNOWN_OPTION");
  });

  test("times that were meant as seconds, with what they are in milliseconds", () => {
    const check = (options: CheckOptions) => haleErrorOf(() => ofDependency(up, options));
    expect(check({ restartAfter: 120 }).message).toBe(
      'The option "restartAfter" of defineCheck() must be a whole number of milliseconds from 10000 to 2147483647, but is 120. Times are milliseconds: did you mean 120000?',
    );
    expect(check({ interval: 30 }).message).toContain("did you mean 30000?");
    expect(check({ timeout: 5 }).message).toContain("did you mean 5000, with an interval?");
    expect(check({ maxAge: 10 }).message).toContain("did you mean 10000?");
    expect(misuse({ deadline: 1 }).message).toContain("did you mean 1000?");
    const keep = (time: number) => misuse({ history: { keep: time } }).message;
    expect([24, 60, 86_400].map((time) => /did you mean (\d+)\?/.exec(keep(time))?.[1])).toEqual([
      "86400000",
      "3600000",
      "86400000",
    ]);
  });

  test("a wrong word, which is shown with the nearest right one", () => {
    const probes = ["ready"] as never;
    expect(haleErrorOf(() => ofDependency(up, { probes })).message).toBe(
      'The option "probes" of defineCheck() must be a list of liveness, readiness, startup, deep each once, but is ["ready"]. Did you mean "readiness"?',
    );
    expect(misuse({ http: { expose: "detail" } }).message).toContain(
      'but is "detail". Did you mean "details"?',
    );
    for (const expose of [{ deap: "status" }, { deep: "detail" }] as const) {
      expect(misuse({ http: { expose } }).message).toMatch(/Did you mean "(deep|details)"\?$/);
    }
    expect(misuse({ http: { paths: { ready: "/x" } } }).message).toContain('"readiness"');
    const on = createHealth({ logger: false }).on as (event: string, listener: () => void) => void;
    expect(haleErrorOf(() => on("changes", up)).message).toBe(
      'The option "event" of on() must be one of "change", "phase", but is "changes". Did you mean "change"?',
    );
    expect(haleErrorOf(() => on("state", up)).message).toContain('but is "state".');
  });

  test.each<[string, object]>([
    ["the name of an option", { "postgres://app:hunter2@db": 5 }],
    ["the name of a check", { checks: { "postgres://app:hunter2@db": up } }],
    ["a list as a check", { checks: { db: ["postgres://app:hunter2@db"] } }],
    ["a text as a check", { checks: { db: "postgres://app:hunter2@db" } }],
    ["a path", { http: { paths: { liveness: "https://app:hunter2@db/livez" } } }],
    ["a path with an at sign", { http: { paths: { liveness: "app:hunter2@db" } } }],
    ["a probe of paths", { http: { paths: { "app:hunter2@db": "/x" } } }],
    ["expose", { http: { expose: "postgres://app:hunter2@db" } }],
    ["a token", { http: { tokens: ["postgres://app:hunter2@db/é"] } }],
    ["the member of a group", { checks: { a: up, all: group(["a", "app:hunter2@db"]) } }],
    ["a check in a group", { checks: { all: group({ "app:hunter2@db": up }) } }],
  ])("and no error quotes a URL or what has an at sign in it: %s", (_, options) => {
    expect(misuse(options).message).not.toContain("hunter2");
  });

  test.each<[string, HaleErrorCode, HealthOptions]>([
    ["a token that is too short", "HALE_WEAK_TOKEN", { http: { tokens: ["hunter2"] } }],
    ["a token from an empty variable", "HALE_WEAK_TOKEN", { http: { tokens: [""] } }],
    [
      "a probe that does not exist in paths",
      "HALE_UNKNOWN_OPTION",
      { http: { paths: { ready: "/x" } as object } },
    ],
    ["true for a path", "HALE_BAD_PATH", { http: { paths: { deep: true as never } } }],
    ["null for a path", "HALE_BAD_PATH", { http: { paths: { deep: null as never } } }],
    ["a number for a path", "HALE_BAD_PATH", { http: { paths: { deep: 5 as never } } }],
    ["a path that is not absolute", "HALE_BAD_PATH", { http: { paths: { deep: "deep" } } }],
    ["a path for two probes", "HALE_BAD_PATH", { http: { paths: { deep: "/x", liveness: "/x" } } }],
    [
      "a dependency in liveness",
      "HALE_DEPENDENCY_IN_LIVENESS",
      { checks: { db: ofDependency(up, { probes: ["liveness"] }) } },
    ],
    [
      "a bare function in liveness",
      "HALE_DEPENDENCY_IN_LIVENESS",
      { checks: { db: up }, defaults: { probes: ["liveness", "deep"] } },
    ],
    [
      "a dependency in startup",
      "HALE_DEPENDENCY_IN_STARTUP",
      { checks: { db: ofDependency(up, { probes: ["startup"] }) } },
    ],
    [
      "a dependency in startup, with restartAfter",
      "HALE_DEPENDENCY_IN_STARTUP",
      {
        checks: {
          db: ofDependency(up, { probes: ["liveness", "startup"], restartAfter: 60_000 }),
        },
      },
    ],
    [
      "a timeout over the deadline",
      "HALE_TIMEOUT_OVER_DEADLINE",
      { checks: { db: up }, defaults: { timeout: 701 } },
    ],
    [
      "a timeout over a longer deadline",
      "HALE_TIMEOUT_OVER_DEADLINE",
      { checks: { db: ofDependency(up, { timeout: 1901 }) }, deadline: 2000 },
    ],
    [
      "a process that is shared",
      "HALE_BAD_OPTION",
      { checks: { heap: ofProcess(up, { shared: true }) } },
    ],
    [
      "restartAfter outside of liveness",
      "HALE_BAD_OPTION",
      { checks: { db: ofDependency(up, { probes: ["deep"], restartAfter: 60_000 }) } },
    ],
    [
      "interval with maxAge",
      "HALE_BAD_OPTION",
      { checks: { db: ofDependency(up, { interval: 1000, maxAge: 1000 }) } },
    ],
    [
      "restartAfter with critical: false",
      "HALE_BAD_OPTION",
      { checks: { db: ofDependency(up, { restartAfter: 60_000, critical: false }) } },
    ],
  ])("%s: %s", (_, code, options) => {
    expect(misuse(options).code).toBe(code);
  });

  test.each([
    [undefined, 700],
    [150, 50],
    [2000, 1900],
  ])("a timeout up to the deadline less 100 is none (%#)", (deadline, timeout) => {
    const health = createHealth({
      checks: { db: up },
      defaults: { timeout },
      logger: false,
      deadline,
    });
    expect(health.report).toBeTypeOf("function");
  });

  test("a check's own interval or maxAge takes the place of the other's default", async () => {
    const [often, asked] = [script(), script()];
    const of = (defaults: CheckOptions, checks: HealthOptions["checks"]) =>
      serve({ checks, defaults });
    const one = await of({ interval: 1000 }, { asked: ofDependency(asked.run, { maxAge: 500 }) });
    const other = await of({ maxAge: 500 }, { often: ofDependency(often.run, { interval: 1000 }) });
    await one.clock.advance(60_000);
    await other.clock.advance(60_000);
    expect([asked.runs, often.runs]).toEqual([0, 67]);
    await one.health.close();
    await other.health.close();
  });

  test("what makes no sense together is refused by name", () => {
    const refused = (options: CheckOptions) =>
      misuse({ checks: { db: ofDependency(up, options) } }).message;
    expect(refused({ interval: 1000, maxAge: 500 })).toBe(
      'The option "maxAge" of the check "db" must be left out beside "interval", but is 500.',
    );
    expect(refused({ restartAfter: 60_000, critical: false })).toBe(
      'The option "critical" of the check "db" must be true, or left out, beside "restartAfter", but is false.',
    );
    const changed = { ...ofProcess(up), close: 5 };
    expect(misuse({ checks: { db: changed } }).message).toBe(
      'The option "close" of the check "db" must be a function, but is 5.',
    );
  });

  test("what looks like a check and was not made by defineCheck() is refused, and the error says so", () => {
    const handMade = { scope: "dependency", run: up, options: {} } as never;
    const error = misuse({ checks: { db: handMade } });
    expect(error.code).toBe("HALE_UNKNOWN_CLIENT");
    expect(error.message).toContain("defineCheck(");
  });

  test("a long timeout is none with an interval", async () => {
    const { health } = compose({
      checks: { db: up },
      defaults: { timeout: 60_000, interval: 30_000 },
    });
    await health.close();
  });

  test("and nothing is left behind that would come later", async () => {
    const clock = new FakeClock();
    const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const often = ofDependency(up, { interval: 1000 });
    const checks = { often, later: ofDependency(up, { timeout: 5000 }) };
    const error = haleErrorOf(() => composeHealth({ checks, logger }, { clock, random: () => 0 }));
    expect(error.code).toBe("HALE_TIMEOUT_OVER_DEADLINE");
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(logger.info).not.toHaveBeenCalled();
  });

  describe("of the name of a check", () => {
    test.each([
      ...["", "live", "ready", "startup", "deep", "my db", "a/b", "-a", ".a", "_a", "__proto__"],
      ...["ä", "a\n", "a:b", "a%20b", "{a}", "a".repeat(65), " a", "a "],
    ])("%j is refused", (name) => {
      const checks = Object.fromEntries([[name, up]]);
      const error = misuse({ checks });
      expect(error.code).toBe("HALE_BAD_NAME");
      expect(error.message).toContain(`${JSON.stringify(name)} is not a valid check name.`);
    });

    test.each([
      ...["a", "A", "0", "a.b_c-d", "Live", "ready2", "liveness", "constructor", "a".repeat(64)],
    ])("%j is taken", async (name) => {
      const { seen } = await serve({ checks: { [name]: up } });
      expect(await seen("/health/deep")).toBe(`200 {"status":"healthy","checks":{"${name}":"ok"}}`);
      expect(await seen(`/health/deep/${name}`)).toBe('200 {"status":"ok"}');
    });
  });

  describe("of the size of the deep body", () => {
    /** Checks whose longest deep body has so many bytes. */
    function checksFor(bytes: number) {
      const names: string[] = [];
      const left = () => {
        const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
        return bytes - JSON.stringify({ status: "unhealthy", checks }).length;
      };
      const entry = `"":"degraded",`.length;
      while (left() > 2 * (entry + 64)) names.push(`c${names.length}-`.padEnd(64, "x"));
      names.push("y".padEnd(Math.floor(left() / 2) - entry, "y"));
      names.push("z".padEnd(left() - entry, "z"));
      expect(left()).toBe(0);
      return Object.fromEntries(names.map((name) => [name, degraded]));
    }

    test("as many checks as are not measured, with the longest names, stay below it", async () => {
      const names = Array.from({ length: 130 }, (_, index) => `c${index}`.padEnd(64, "x"));
      expect(await measureBodies(FORMATS, "json", () => names)).toEqual([]);
      const [warning] = await measureBodies(FORMATS, "json", () => [...names, "d".padEnd(64, "x")]);
      expect(warning?.checks).toBe(131);
    });

    test("one of 10 KiB is worth no line, and is no longer than was reckoned", async () => {
      const { get, health, lines } = compose({ checks: checksFor(10_240) });
      const { status, body, headers } = await get("/health/deep");
      expect([status, body.length, headers["Content-Length"]]).toEqual([503, 10_240, "10240"]);
      const names = Object.keys(checksFor(10_240));
      expect(await measureBodies(FORMATS, "json", () => names)).toEqual([]);
      expect(lines.filter(([, line]) => line.includes("can reach"))).toEqual([]);
      await health.close();
    });

    test.each([10_241, 20_000])("one of %i bytes is warned of, and works", async (bytes) => {
      const checks = checksFor(bytes);
      const { get, health, lines } = compose({ checks });
      const count = Object.keys(checks).length;
      await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 30_000 });
      expect(lines).toEqual([
        [
          "warn",
          `hale: deep response of ${count} checks can reach ${bytes} bytes, over 10240, the most that some callers read; register fewer checks, or shorten their names`,
        ],
      ]);
      expect((await get("/health/deep")).body.length).toBe(bytes);
      await health.close();
    });

    test.each(["spring", "aspnet", "terminus", "kubernetes"] as const)(
      "in the format %s it is measured as it is written, of each probe",
      async (format) => {
        const checks = checksFor(20_000);
        const count = Object.keys(checks).length;
        const { get, health, lines } = compose({ checks, http: { format } });
        await vi.waitFor(() => expect(lines.length).toBe(2), { timeout: 30_000 });
        for (const [probe, path] of [
          ["readiness", "/readyz"],
          ["deep", "/health/deep"],
        ] as const) {
          const text = `hale: ${probe} response of ${count} checks can reach `;
          const [, line = ""] = lines.find(([, line]) => line.startsWith(text)) ?? [];
          const bytes = Number.parseInt(line.slice(text.length), 10);
          expect((await get(path)).body.length).toBeLessThanOrEqual(bytes);
          expect(bytes).toBeGreaterThan(10_240);
        }
        await health.close();
      },
    );

    test("of one probe in a format of its own it is measured for that one", async () => {
      const checks = checksFor(10_000);
      const { health, lines } = compose({ checks, http: { format: { readiness: "spring" } } });
      await vi.waitFor(
        () =>
          expect(lines).toEqual([["warn", expect.stringMatching(/^hale: readiness response of /)]]),
        { timeout: 30_000 },
      );
      await health.close();
    });

    test("of a function it is not measured", async () => {
      const byFunction = () => ({ body: "x" });
      const format = { readiness: "spring", deep: byFunction } as const;
      const { health, lines } = compose({ checks: checksFor(20_000), http: { format } });
      // All are measured before the first is warned of.
      await vi.waitFor(
        () =>
          expect(lines).toEqual([["warn", expect.stringMatching(/^hale: readiness response of /)]]),
        { timeout: 30_000 },
      );
      await health.close();
    });
  });
});

describe("a check may be given as", () => {
  const fn = () => {};
  const pool = { connect: fn, query: fn, totalCount: 0, idleCount: 0, waitingCount: 0 };
  const client = { connect: fn, query: fn, escapeIdentifier: fn, processID: null };
  const sql = Object.assign(() => {}, { unsafe: fn, begin: fn, options: {}, parameters: {} });
  const ioredis = { ping: fn, sendCommand: fn, status: "ready" };
  const redis = { ping: fn, sendCommand: fn, isOpen: true };
  const keyv = { get: fn, set: fn, delete: fn, clear: fn, opts: {} };
  const manager = { get: fn, set: fn, del: fn, wrap: fn };

  const one = { rows: [{ one: 1 }] };
  const asked = async () => one;
  const store = (remove: "delete" | "del") => {
    const values = new Map<string, unknown>();
    return {
      [remove]: async (key: string) => values.delete(key),
      get: async (key: string) => values.get(key),
      set: async (key: string, value: unknown) => values.set(key, value),
    };
  };

  test.each<[string, object]>([
    [
      "a pool of pg",
      { ...pool, connect: async () => ({ query: asked, release: fn, on: fn, off: fn }) },
    ],
    ["a client of pg", { ...client, query: asked }],
    [
      "what postgres makes, which is a function",
      Object.assign(() => {}, sql, { unsafe: async () => [{ one: 1 }] }),
    ],
    ["a client of ioredis", { ...ioredis, ping: async () => "PONG" }],
    ["a client of redis", { ...redis, ping: async () => "PONG" }],
    ["a Keyv", { ...keyv, ...store("delete") }],
    ["a cache of cache-manager", { ...manager, ...store("del") }],
  ])("%s, of which the dependency is asked", async (_, known) => {
    const { health } = await serve({ checks: { it: known as never } });
    const report = health.report("deep");
    // The body of the check is imported by its first run.
    const { checks } = await report;
    expect(checks).toMatchObject([{ name: "it", scope: "dependency", status: "up" }]);
  });

  test.each<[string, object]>([
    ["a pool of pg", { ...pool, connect: async () => Promise.reject(new Error("no pool")) }],
    ["a client of pg", { ...client, query: async () => ({ rows: [{ one: 2 }] }) }],
    ["a client of ioredis", { ...ioredis, ping: async () => "LOADING" }],
    ["a client of ioredis that is not connected", { ...ioredis, status: "end" }],
    ["a client of redis", { ...redis, ping: async () => Promise.reject(new Error("closed")) }],
    ["a Keyv", { ...keyv, ...store("delete"), get: async () => undefined }],
    [
      "a cache of cache-manager",
      { ...manager, ...store("del"), set: () => Promise.reject(new Error()) },
    ],
  ])("%s, which is down when it does not answer well", async (_, known) => {
    const { health } = await serve({ checks: { it: known as never } });
    const { status, checks } = await health.report("readiness");
    expect(status).toBe("down");
    expect(checks).toMatchObject([{ status: "down", reason: expect.stringMatching(/./) }]);
  });

  test("a function, which gets a signal", async () => {
    const signals: unknown[] = [];
    const { seen } = await serve({
      checks: { api: async ({ signal }) => signals.push(signal) },
    });
    expect(await seen("/health/deep")).toBe('200 {"status":"healthy","checks":{"api":"ok"}}');
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });

  test("a check, with options of its own", async () => {
    const heap = ofProcess(up);
    const { health } = await serve({ checks: { heap } });
    expect((await health.report("liveness")).checks).toMatchObject([
      { name: "heap", scope: "process", status: "up" },
    ]);
  });

  test.each<[string, unknown, string]>([
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["false", false, "a boolean"],
    ["a number", 5, "a number"],
    ["the URL of a database", "postgres://bob:hunter2@db/shop", "a string"],
    ["a short URL of a database", "redis://:hunter2@c", "a string"],
    ["a class", class Queue {}, "a class"],
    ["a generator", function* () {}, "a function"],
    ["an empty object", {}, "an object"],
    ["an object of a class", new (class Pool {})(), "a Pool"],
    ["a list of checks", [up], "a list of 1"],
    ["a promise of a client", Promise.resolve(ioredis), "a Promise"],
    ["a thing with ping alone", { ping: fn }, "an object"],
    ["a Map, which is like a cache", new Map(), "a Map"],
    ["a proxy that throws", new Proxy({}, { get: down, has: () => false }), "an object"],
  ])("nothing like %s", (_, input, shown) => {
    const error = haleErrorOf(() => createHealth({ checks: { it: input as never } }));
    expect(error.code).toBe("HALE_UNKNOWN_CLIENT");
    expect(error.message).toContain(`The check "it" is ${shown}, which hale does not recognise. `);
    expect(error.message).toContain(
      ' It takes an async function, a check of "hale/checks", or the client of one: ',
    );
    expect(error.message).toMatch(/: .*\bcache, .*\bpostgres, .*\bredis\b/);
  });

  test.each<[string, object]>([
    ["postgres or redis", Object.assign(() => {}, sql, ioredis)],
    ["cache or postgres", { ...pool, ...keyv }],
  ])("nothing that could be %s", (kinds, input) => {
    const error = haleErrorOf(() => createHealth({ checks: { it: input as never } }));
    expect(error.code).toBe("HALE_AMBIGUOUS_CLIENT");
    expect(error.message).toContain(`could be ${kinds}.`);
  });

  test("what looks like two kinds of client of one check", async () => {
    const { health } = await serve({ checks: { it: { ...ioredis, ...redis } as never } });
    expect((await health.report("deep")).checks).toMatchObject([{ name: "it" }]);
  });
});

describe("the answers that the design promises, byte for byte", () => {
  const checks = { heap: ofProcess(up), database: up, cache: up };
  const paths = {
    liveness: ["/health", "/health/live", "/livez", "/healthz"],
    readiness: ["/health/ready", "/readyz"],
    startup: ["/health/startup", "/startupz"],
  };
  const plain = Object.values(paths).flat();
  const both = (list: readonly string[]) => list.flatMap((path) => [path, `${path}/`]);

  test.each(both(plain))("%s of a service that is well", async (path) => {
    const { seen } = await serve({ checks });
    expect(await seen(path)).toBe('200 {"status":"ok"}');
  });

  test.each(both(["/health/deep"]))("%s of a service that is well", async (path) => {
    const { seen } = await serve({ checks });
    expect(await seen(path)).toBe(
      '200 {"status":"healthy","checks":{"heap":"ok","database":"ok","cache":"ok"}}',
    );
  });

  test.each(both([...paths.liveness, ...paths.readiness]))(
    "%s of a process that is not well",
    async (path) => {
      const { seen } = await serve({ checks: { heap: ofProcess(down), database: up } });
      expect(await seen(path)).toBe('503 {"status":"failed"}');
    },
  );

  test.each(both(paths.startup))("%s of a service that has not started", async (path) => {
    const { seen } = await serve({ startup: { manual: true } });
    expect(await seen(path)).toBe('503 {"status":"failed"}');
  });

  test("a dependency that is down fails readiness and deep, and nothing else", async () => {
    const { seen } = await serve({ checks: { database: down, cache: up } });
    expect(await seen("/livez")).toBe('200 {"status":"ok"}');
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
    expect(await seen("/startupz")).toBe('200 {"status":"ok"}');
    expect(await seen("/health/deep")).toBe(
      '503 {"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}',
    );
  });

  test("a dependency that is degraded shows in deep alone", async () => {
    const { seen } = await serve({ checks: { database: degraded, cache: up } });
    for (const path of plain) expect(await seen(path)).toBe('200 {"status":"ok"}');
    expect(await seen("/health/deep")).toBe(
      '200 {"status":"degraded","checks":{"database":"degraded","cache":"ok"}}',
    );
    expect(await seen("/health/deep/database")).toBe('200 {"status":"degraded"}');
    expect(await seen("/readyz/database")).toBe('200 {"status":"ok"}');
  });

  test("a check that has no result in time is failed", async () => {
    const { clock, seen } = await serve({ checks: { database: hanging, cache: up } });
    const late = seen("/health/deep");
    await clock.advance(500);
    expect(await late).toBe(
      '503 {"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}',
    );
  });

  test("one check is asked about below every path of a probe that it is in", async () => {
    const { seen, status } = await serve({ checks: { heap: ofProcess(up), database: down } });
    for (const path of both(["/health/live/heap", "/livez/heap", "/healthz/heap"])) {
      expect(await seen(path)).toBe('200 {"status":"ok"}');
    }
    for (const path of both(["/health/ready/heap", "/readyz/heap", "/health/deep/heap"])) {
      expect(await seen(path)).toBe('200 {"status":"ok"}');
    }
    for (const path of both([
      "/health/ready/database",
      "/readyz/database",
      "/health/deep/database",
    ])) {
      expect(await seen(path)).toBe('503 {"status":"failed"}');
    }
    for (const path of both(["/livez/database", "/startupz/heap", "/health/deep/no-such"])) {
      expect(await status(path)).toBe(404);
    }
  });

  test("one check is as it is, whatever the phase", async () => {
    const { health, seen } = await serve({ checks: { database: up }, startup: { manual: true } });
    expect(await seen("/readyz/database")).toBe('200 {"status":"ok"}');
    health.drain();
    expect(await seen("/readyz/database")).toBe('200 {"status":"ok"}');
  });

  test.each(["/", "/health/users", "/health/database", "/health/live2", "/users", "*"])(
    "%s is the application's",
    (url) => {
      const { health } = compose({ checks });
      expect(health.handle({ method: "GET", url, header: () => undefined })).toBeUndefined();
    },
  );

  test("nothing but the verdict is shown with expose: status, and no check is found", async () => {
    const { seen, status } = await serve({ checks, http: { expose: "status" } });
    expect(await seen("/health/deep")).toBe('200 {"status":"healthy"}');
    expect(await status("/health/deep/database")).toBe(404);
  });

  test("no body changes while nothing does, as time passes", async () => {
    const { clock, get } = await serve({ checks: { database: down, cache: degraded } });
    const first = await get("/health/deep");
    await clock.advance(10_000);
    expect(await get("/health/deep")).toEqual(first);
    expect(await get("/health/deep")).toBe(await get("/health/deep"));
  });

  test("reasons are for who has the token, and hold no credentials", async () => {
    const reason = "connect to postgres://bob:hunter2@db:5432 failed";
    const { seen } = await serve({
      checks: {
        database: () => {
          throw new Error(reason);
        },
      },
      http: { tokens: [TOKEN] },
    });
    expect(await seen("/health/deep")).not.toContain("connect");
    expect(await seen("/health/deep", SHOWN)).toBe(
      '503 {"status":"unhealthy","phase":"serving","checks":{"database":{"status":"failed","state":"down","reason":"connect to postgres://***@db:5432 failed","scope":"dependency","critical":true,"shared":false,"failing":true,"age":0,"duration":0}}}',
    );
    expect(await seen("/health/deep/database", SHOWN)).toContain('"reason":"connect to');
    expect(await seen("/health/deep", { authorization: "Bearer wrong" })).not.toContain("connect");
  });

  test("what is excluded is neither run nor shown, and unknown names are ignored", async () => {
    const database = script(down);
    const { seen } = await serve({ checks: { database: database.run, cache: up } });
    expect(await seen("/health/deep?exclude=database&exclude=no-such")).toBe(
      '200 {"status":"healthy","checks":{"cache":"ok"}}',
    );
    expect(await seen("/readyz?exclude=database")).toBe('200 {"status":"ok"}');
    expect(database.runs).toBe(0);
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
  });

  test("the phase counts, whatever is excluded", async () => {
    const { health, seen } = await serve({ checks: { database: up } });
    health.drain();
    expect(await seen("/readyz?exclude=database")).toBe('503 {"status":"failed"}');
  });
});

describe("liveness", () => {
  test("does not run what it does not ask", async () => {
    const database = script();
    const { status } = await serve({ checks: { database: database.run } });
    expect(await status("/livez")).toBe(200);
    expect(database.runs).toBe(0);
  });

  test("is not failed by a check that is unknown", async () => {
    const { clock, seen } = await serve({
      checks: { loop: ofProcess(hanging, { interval: 60_000, timeout: 50_000 }) },
    });
    const late = seen("/livez");
    await clock.advance(800);
    expect(await late).toBe('200 {"status":"ok"}');
  });

  test("is 200 while the service starts, drains and has closed", async () => {
    const { health, status } = compose({ startup: { manual: true } });
    expect(await status("/livez")).toBe(200);
    health.markStarted();
    expect(await status("/livez")).toBe(200);
    health.drain();
    expect(await status("/livez")).toBe(200);
    await health.close();
    expect(await status("/livez")).toBe(200);
  });

  describe("with restartAfter", () => {
    const minute = 60_000;
    const setUp = async (random: number, initial: () => unknown = up) => {
      const database = script(initial);
      const served = await serve(
        { checks: { database: ofDependency(database.run, { restartAfter: minute, maxAge: 100 }) } },
        { random },
      );
      return { ...served, database };
    };

    test.each([
      [0, minute],
      [0.5, 1.25 * minute],
      [1, 1.5 * minute],
    ])("fails once it is down for that long, plus jitter (%d)", async (random, due) => {
      const { clock, database, status } = await setUp(random);
      expect(await status("/livez")).toBe(200);
      database.answer = down;
      await clock.advance(1000);
      expect(await status("/livez")).toBe(200);
      await clock.advance(due - 1);
      expect(await status("/livez")).toBe(200);
      await clock.advance(1);
      expect(await status("/livez")).toBe(503);
    });

    test("does not fail before that, while readiness does", async () => {
      const { clock, database, status } = await setUp(0);
      await status("/readyz");
      database.answer = down;
      await clock.advance(1000);
      expect(await status("/readyz")).toBe(503);
      expect(await status("/livez")).toBe(200);
    });

    test.each<[string, (ends: readonly (() => void)[]) => void, number]>([
      ["a hung run ends", (ends) => ends[0]?.(), 2000],
      ["an attempt is answered, and the hung runs never end", () => {}, 301_000],
    ])(
      "stays failed while runs hang, over all attempts, and is 200 once %s",
      async (_, recover, within) => {
        let hangs = false;
        const ends: (() => void)[] = [];
        const run = () => (hangs ? new Promise<void>((resolve) => ends.push(resolve)) : undefined);
        const options = { interval: 1000, timeout: 5000, restartAfter: minute };
        const { clock, status } = await serve({ checks: { database: ofDependency(run, options) } });
        await clock.advance(3000);
        hangs = true;
        const statuses: number[] = [];
        for (let second = 0; second < 1800; second++) {
          const answered = status("/livez");
          await clock.advance(1000);
          statuses.push(await answered);
        }
        // The first run that hangs is written off after its timeout, and down from then on.
        const failing = statuses.indexOf(503);
        expect(failing).toBeGreaterThan(60);
        expect(failing).toBeLessThan(70);
        expect(new Set(statuses.slice(failing))).toEqual(new Set([503]));
        // Two, and the attempts after 30 s, 1, 2, 4 and 5 minutes.
        expect(ends.length).toBeGreaterThan(6);
        hangs = false;
        recover(ends);
        await clock.advance(within);
        expect(await status("/livez")).toBe(200);
      },
    );

    test("stays failed while each run ends later than its timeout, and the log says down once", async () => {
      let isSlow = false;
      const options = { interval: 1000, timeout: 5000, restartAfter: minute };
      const run = () =>
        isSlow ? new Promise<void>((resolve) => clock.after(6000, resolve)) : undefined;
      const { clock, lines, status } = await serve({
        checks: { database: ofDependency(run, options) },
      });
      await clock.advance(3000);
      isSlow = true;
      const statuses: number[] = [];
      for (let second = 0; second < 600; second++) {
        const answered = status("/livez");
        await clock.advance(1000);
        statuses.push(await answered);
      }
      const failing = statuses.indexOf(503);
      expect(failing).toBeGreaterThan(60);
      expect(failing).toBeLessThan(70);
      expect(new Set(statuses.slice(failing))).toEqual(new Set([503]));
      const changes = lines.filter(([, line]) => line.includes("database"));
      expect(changes.map(([, line]) => line)).toEqual([
        "hale: check database is down, was up: No answer within 5000 ms.",
      ]);
    });

    test("never fails when it never was up", async () => {
      const { clock, status } = await setUp(0, down);
      expect(await status("/livez")).toBe(200);
      await clock.advance(100 * minute);
      expect(await status("/livez")).toBe(200);
    });

    test("begins anew after a break", async () => {
      const { clock, database, status } = await setUp(0);
      await status("/livez");
      database.answer = down;
      await clock.advance(1000);
      await status("/livez");
      await clock.advance(minute - 1000);
      database.answer = up;
      expect(await status("/livez")).toBe(200);
      database.answer = down;
      await clock.advance(1000);
      expect(await status("/livez")).toBe(200);
      await clock.advance(minute - 1);
      expect(await status("/livez")).toBe(200);
      await clock.advance(1);
      expect(await status("/livez")).toBe(503);
    });

    test("is well again once the dependency is", async () => {
      const { clock, database, status } = await setUp(0);
      await status("/livez");
      database.answer = down;
      await clock.advance(1000);
      await status("/livez");
      await clock.advance(2 * minute);
      expect(await status("/livez")).toBe(503);
      database.answer = up;
      await clock.advance(1000);
      expect(await status("/livez")).toBe(200);
    });

    test("does not fail once it is closed", async () => {
      const { clock, database, health, status } = await setUp(0);
      await status("/livez");
      database.answer = down;
      await clock.advance(1000);
      await status("/livez");
      await clock.advance(2 * minute);
      expect(await status("/livez")).toBe(503);
      await health.close();
      expect(await status("/livez")).toBe(200);
    });
  });
});

describe("readiness", () => {
  test.each<[string, () => unknown, CheckOptions, number]>([
    ["up", up, {}, 200],
    ["degraded", degraded, {}, 200],
    ["down", down, {}, 503],
    ["down and not critical", down, { critical: false }, 200],
    ["down and shared, and never was up", down, { shared: true }, 503],
  ])("with a check that is %s", async (_, run, options, expected) => {
    const { health, status } = await serve({ checks: { database: ofDependency(run, options) } });
    expect(await status("/readyz")).toBe(expected);
    const { status: verdict } = await health.report("readiness");
    expect(verdict === "down").toBe(expected === 503);
  });

  test("is degraded by a shared check once it was up, while deep fails", async () => {
    const database = script(down);
    const { clock, health, seen } = await serve({
      checks: { database: ofDependency(database.run, { shared: true }) },
    });
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
    database.answer = up;
    await clock.advance(1000);
    expect(await seen("/readyz")).toBe('200 {"status":"ok"}');
    database.answer = down;
    await clock.advance(1000);
    expect(await seen("/readyz")).toBe('200 {"status":"ok"}');
    expect((await health.report("readiness")).status).toBe("degraded");
    expect(await seen("/health/deep")).toBe(
      '503 {"status":"unhealthy","checks":{"database":"failed"}}',
    );
  });

  test("is 503 while nothing is known of a critical check", async () => {
    const { clock, seen } = await serve({
      checks: { database: ofDependency(hanging, { interval: 60_000, timeout: 50_000 }) },
    });
    const late = seen("/readyz");
    await clock.advance(800);
    expect(await late).toBe('503 {"status":"failed"}');
  });

  test("takes what createHealth says for every check, unless the check says otherwise", async () => {
    const { seen } = await serve({
      checks: { one: down, other: ofDependency(down, { critical: true }) },
      defaults: { critical: false },
    });
    expect(await seen("/readyz/one")).toBe('503 {"status":"failed"}');
    expect(await seen("/readyz?exclude=other")).toBe('200 {"status":"ok"}');
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
  });
});

describe("deep", () => {
  test.each<[string, () => unknown, CheckOptions, string]>([
    ["up", up, {}, '200 {"status":"healthy","checks":{"database":"ok"}}'],
    ["degraded", degraded, {}, '200 {"status":"degraded","checks":{"database":"degraded"}}'],
    ["down", down, {}, '503 {"status":"unhealthy","checks":{"database":"failed"}}'],
    [
      "down and not critical",
      ...[down, { critical: false }, '200 {"status":"degraded","checks":{"database":"failed"}}'],
    ] as never,
    [
      "down and shared",
      ...[down, { shared: true }, '503 {"status":"unhealthy","checks":{"database":"failed"}}'],
    ] as never,
  ])("with a check that is %s", async (_, run, options, expected) => {
    const { seen } = await serve({ checks: { database: ofDependency(run, options) } });
    expect(await seen("/health/deep")).toBe(expected);
  });

  test("does not mind draining", async () => {
    const { health, status } = await serve({ checks: { database: up } });
    health.drain();
    expect(await status("/health/deep")).toBe(200);
  });

  test("of no checks is healthy", async () => {
    const { seen } = await serve();
    expect(await seen("/health/deep")).toBe('200 {"status":"healthy","checks":{}}');
  });
});

describe("startup", () => {
  /** The statuses of liveness, readiness, startup and deep. */
  async function all({ status }: Pick<ReturnType<typeof compose>, "status">) {
    const paths = ["/livez", "/readyz", "/startupz", "/health/deep"];
    return Promise.all(paths.map(status));
  }
  const HELD = [200, 503, 503, 503];
  const STARTED = [200, 200, 200, 200];

  test("without tasks is done one turn after createHealth", async () => {
    const it = compose({ checks: { database: up } });
    expect(await it.status("/startupz")).toBe(503);
    await it.clock.advance(0);
    expect(await all(it)).toEqual(STARTED);
  });

  test("waits for its tasks, and so do readiness and deep, but never liveness", async () => {
    const it = compose({ checks: { database: up } });
    let finish = () => {};
    it.health.addStartupTask(
      "warm the cache",
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    await it.clock.advance(60_000);
    expect(await all(it)).toEqual(HELD);
    const { tasks, phase } = await it.health.report("startup");
    expect([tasks, phase]).toEqual([[{ name: "warm the cache", status: "pending" }], "starting"]);
    finish();
    await it.clock.advance(0);
    expect(await all(it)).toEqual(STARTED);
    expect((await it.health.report("startup")).phase).toBe("serving");
  });

  test("latches, whatever comes after it", async () => {
    const database = script();
    const it = await serve({ checks: { database: database.run } });
    expect(await all(it)).toEqual(STARTED);
    database.answer = down;
    await it.clock.advance(1000);
    expect(await all(it)).toEqual([200, 503, 200, 503]);
    it.health.drain();
    expect(await all(it)).toEqual([200, 503, 200, 503]);
  });

  test("latches over a check of the process too", async () => {
    const warm = script(down);
    const { clock, status } = await serve({
      checks: { warm: ofProcess(warm.run, { probes: ["startup"] }) },
    });
    expect(await status("/startupz")).toBe(503);
    warm.answer = up;
    await clock.advance(1000);
    expect(await status("/startupz")).toBe(200);
    warm.answer = down;
    await clock.advance(1000);
    expect(await status("/startupz")).toBe(200);
  });

  test("is not held back by a dependency", async () => {
    const { seen } = await serve({ checks: { database: down } });
    expect(await seen("/startupz")).toBe('200 {"status":"ok"}');
  });

  test("is held back for good by a task that fails, which is named", async () => {
    const it = compose({ checks: { database: up }, http: { tokens: [TOKEN] } });
    it.health.addStartupTask("migrate", async () => {
      throw new Error("cannot reach postgres://bob:hunter2@db");
    });
    await it.clock.advance(60_000);
    expect(await all(it)).toEqual(HELD);
    const reason = "cannot reach postgres://***@db";
    expect((await it.health.report("startup")).tasks).toEqual([
      { name: "migrate", status: "failed", reason },
    ]);
    expect(it.lines).toContainEqual([
      "error",
      `hale: start-up task "migrate" failed: ${reason}; startup stays 503 until a restart`,
    ]);
    expect(await it.seen("/startupz", SHOWN)).toBe(
      `503 {"status":"failed","phase":"starting","tasks":{"migrate":{"status":"failed","reason":"${reason}"}},"checks":{}}`,
    );
    expect(await it.seen("/startupz")).toBe('503 {"status":"failed"}');
  });

  test("by hand waits for markStarted()", async () => {
    const it = compose({ startup: { manual: true } });
    await it.clock.advance(60_000);
    expect(await all(it)).toEqual(HELD);
    it.health.markStarted();
    expect(await all(it)).toEqual(STARTED);
  });

  test("is done at once with markStarted(), also when it is not by hand", async () => {
    const it = compose();
    it.health.markStarted();
    expect(await all(it)).toEqual(STARTED);
    await it.clock.advance(0);
    it.health.markStarted();
    expect(await all(it)).toEqual(STARTED);
  });

  test("is done although the service drains already", async () => {
    const it = compose({ startup: { manual: true } });
    it.health.drain();
    expect(await all(it)).toEqual(HELD);
    it.health.markStarted();
    expect(await all(it)).toEqual([200, 503, 200, 200]);
  });

  test.each<[string, HaleErrorCode, HealthOptions, (it: ReturnType<typeof compose>) => unknown]>([
    [
      "a task after startup was done",
      "HALE_ALREADY_STARTED",
      {},
      ({ health }) => health.addStartupTask("late", Promise.resolve()),
    ],
    [
      "a task after markStarted()",
      "HALE_ALREADY_STARTED",
      { startup: { manual: true } },
      ({ health }) => {
        health.markStarted();
        health.addStartupTask("late", Promise.resolve());
      },
    ],
    [
      "a name for two tasks",
      "HALE_DUPLICATE_TASK",
      { startup: { manual: true } },
      ({ health }) => {
        health.addStartupTask("warm", hanging);
        health.addStartupTask("warm", hanging);
      },
    ],
    [
      "a task that is none",
      "HALE_BAD_OPTION",
      { startup: { manual: true } },
      ({ health }) => health.addStartupTask("warm", undefined as never),
    ],
    [
      "a task without a name",
      "HALE_BAD_OPTION",
      { startup: { manual: true } },
      ({ health }) => health.addStartupTask(hanging as never, hanging),
    ],
  ])("refuses %s: %s", async (_, code, options, act) => {
    const it = await serve(options);
    expect(haleErrorOf(() => act(it)).code).toBe(code);
  });
});

describe("drain", () => {
  test("makes readiness 503 at once, past what was kept", async () => {
    const database = script();
    const { health, get, status } = await serve({ checks: { database: database.run } });
    const kept = await get("/readyz");
    expect(await get("/readyz")).toBe(kept);
    health.drain();
    expect(await status("/readyz")).toBe(503);
    expect(database.runs).toBe(1);
    expect((await health.report("readiness")).phase).toBe("draining");
  });

  test("reaches also who waits for a run", async () => {
    let finish = () => {};
    const slow = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const { health, seen } = await serve({ checks: { database: slow } });
    const waiting = seen("/readyz");
    await settled();
    health.drain();
    finish();
    expect(await waiting).toBe('503 {"status":"failed"}');
    expect(await seen("/health/deep")).toBe('200 {"status":"healthy","checks":{"database":"ok"}}');
  });

  test("leaves liveness, startup and deep as they are", async () => {
    const { health, seen } = await serve({ checks: { database: up } });
    const paths = ["/livez", "/startupz", "/health/deep"];
    const before = await Promise.all(paths.map((path) => seen(path)));
    health.drain();
    expect(await Promise.all(paths.map((path) => seen(path)))).toEqual(before);
  });

  test("may be told twice, and never ends", async () => {
    const { clock, health, lines, status } = await serve();
    health.drain();
    health.drain();
    await clock.advance(600_000);
    expect(await status("/readyz")).toBe(503);
    expect(lines).toEqual([["info", "hale: service is draining, was serving"]]);
  });
});

describe("close", () => {
  test("stops every run and timer; then liveness is 200, and readiness 503", async () => {
    const [often, asked] = [script(), script()];
    const { clock, health, status } = await serve({
      checks: {
        often: ofDependency(often.run, { interval: 1000 }),
        asked: asked.run,
        heap: ofProcess(up),
      },
    });
    await status("/readyz");
    await health.close();
    const runs = [often.runs, asked.runs];
    await clock.advance(600_000);
    expect(await status("/livez")).toBe(200);
    expect(await status("/readyz")).toBe(503);
    expect(await status("/health/deep")).toBe(503);
    expect([often.runs, asked.runs]).toEqual(runs);
    expect(clock.pending).toBe(0);
  });

  test("lets liveness be 200 also when the process was not well", async () => {
    const { health, status } = await serve({ checks: { heap: ofProcess(down) } });
    expect(await status("/livez")).toBe(503);
    await health.close();
    expect(await status("/livez")).toBe(200);
  });

  test("aborts the run under way, and answers who waits for it", async () => {
    const signals: AbortSignal[] = [];
    const { health, seen } = await serve({
      checks: {
        database: ({ signal }) => {
          signals.push(signal);
          return hanging();
        },
      },
    });
    const waiting = seen("/readyz");
    await settled();
    await health.close();
    expect(await waiting).toBe('503 {"status":"failed"}');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(signals[0]?.reason).toMatchObject({ code: "HALE_CLOSED" });
  });

  test("closes what a check has opened once, however often it is called, and waits for it each time", async () => {
    let closes = 0;
    let finish = () => {};
    const close = () =>
      new Promise<void>((resolve) => {
        closes++;
        finish = resolve;
      });
    const database = defineCheck({ scope: "dependency", run: up, close });
    const { health } = await serve({ checks: { database } });
    const [first, second] = [health.close(), health.close()];
    let ended = false;
    void second.then(() => {
      ended = true;
    });
    await settled();
    expect([closes, ended]).toEqual([1, false]);
    finish();
    await Promise.all([first, second, health.close()]);
    expect([closes, ended]).toEqual([1, true]);
  });

  test("in the turn of a report lets no check run, and the report says so", async () => {
    const database = script();
    const { health } = await serve({ checks: { database: database.run } });
    const reported = health.report("deep");
    const closed = health.close();
    const { status, checks } = await reported;
    await closed;
    expect([status, checks.map(({ code }) => code), database.runs]).toEqual([
      "down",
      ["HALE_CLOSED"],
      0,
    ]);
    await health.report("deep");
    expect(database.runs).toBe(0);
  });

  test("may be called twice, and before anything has begun", async () => {
    const { clock, health, status } = compose({ checks: { database: up } });
    await health.close();
    await health.close();
    await clock.advance(60_000);
    expect(await status("/livez")).toBe(200);
    expect(await status("/readyz")).toBe(503);
    expect(clock.pending).toBe(0);
  });
});

describe("report()", () => {
  test.each(PROBES)("answers %s", async (probe) => {
    const { health } = await serve({ checks: { heap: ofProcess(up), database: up } });
    const report = await health.report(probe);
    const names = {
      liveness: ["heap"],
      readiness: ["heap", "database"],
      startup: [],
      deep: ["heap", "database"],
    };
    expect(report).toMatchObject({ probe, status: "up", phase: "serving", tasks: [] });
    expect(report.checks.map(({ name }) => name)).toEqual(names[probe]);
  });

  test("says of a check all that is known", async () => {
    const { clock, health } = await serve({
      checks: {
        queue: async () => ({
          status: "degraded",
          reason: "it is long",
          code: "LONG",
          observations: { jobs: { value: 12, unit: "jobs" } },
        }),
      },
    });
    await health.report("deep");
    await clock.advance(400);
    expect(await health.report("deep")).toEqual({
      probe: "deep",
      status: "degraded",
      phase: "serving",
      checks: [
        {
          name: "queue",
          scope: "dependency",
          status: "degraded",
          critical: true,
          shared: false,
          failing: false,
          reason: "it is long",
          code: "LONG",
          age: 400,
          duration: 0,
          observations: { jobs: { value: 12, unit: "jobs" } },
        },
      ],
      tasks: [],
    });
  });

  test("answers for one check, or without some", async () => {
    const { health } = await serve({ checks: { database: down, cache: up } });
    const one = await health.report("deep", { check: "cache" });
    expect(one).toMatchObject({ check: "cache", status: "up", checks: [{ name: "cache" }] });
    const without = await health.report("deep", { exclude: ["database", "no-such"] });
    expect(without).toMatchObject({ status: "up", checks: [{ name: "cache" }] });
  });

  test.each<[string, HaleErrorCode, readonly unknown[]]>([
    ["a check that does not exist", "HALE_UNKNOWN_CHECK", ["deep", { check: "no-such" }]],
    ["a check of another probe", "HALE_UNKNOWN_CHECK", ["liveness", { check: "database" }]],
    ["an empty name", "HALE_UNKNOWN_CHECK", ["deep", { check: "" }]],
    ["a name that every object has", "HALE_UNKNOWN_CHECK", ["deep", { check: "constructor" }]],
    ["a probe that does not exist", "HALE_BAD_OPTION", ["ready"]],
    ["no probe", "HALE_BAD_OPTION", []],
    ["null for options", "HALE_BAD_OPTION", ["deep", null]],
    ["a name for options", "HALE_BAD_OPTION", ["deep", "database"]],
    ["a check that is no name", "HALE_BAD_OPTION", ["deep", { check: 5 }]],
    ["one name to exclude", "HALE_BAD_OPTION", ["deep", { exclude: "database" }]],
    ["an option that is misspelt", "HALE_UNKNOWN_OPTION", ["deep", { excludes: [] }]],
  ])("refuses %s: %s", async (_, code, given) => {
    const database = script();
    const { health } = await serve({ checks: { database: database.run } });
    const report = health.report as (...values: unknown[]) => Promise<unknown>;
    await expect(report(...given)).rejects.toMatchObject({ code });
    expect(database.runs).toBe(0);
  });

  test("shares its run with the probes that ask at the same time", async () => {
    const database = script();
    const { health, seen } = await serve({ checks: { database: database.run } });
    await Promise.all([health.report("deep"), seen("/readyz"), seen("/health/deep")]);
    expect(database.runs).toBe(1);
  });
});

describe("on()", () => {
  test("tells each change of a check once, with its reason", async () => {
    const database = script(down);
    const { clock, health, status } = await serve({ checks: { database: database.run } });
    const events: ChangeEvent[] = [];
    health.on("change", (event) => events.push(event));
    const ask = async () => {
      await clock.advance(1000);
      await status("/readyz");
    };
    await ask();
    await ask();
    database.answer = degraded;
    await ask();
    database.answer = up;
    await ask();
    await ask();
    expect(events).toEqual([
      {
        check: "database",
        from: "unknown",
        to: "down",
        reason: "connect ECONNREFUSED 127.0.0.1:5432",
        code: "ECONNREFUSED",
      },
      { check: "database", from: "down", to: "degraded", reason: "it is slow", code: "SLOW" },
      { check: "database", from: "degraded", to: "up" },
    ]);
  });

  test("tells each phase once", async () => {
    const { clock, health } = compose();
    const events: PhaseEvent[] = [];
    health.on("phase", (event) => events.push(event));
    await clock.advance(0);
    health.drain();
    health.drain();
    await health.close();
    expect(events).toEqual([
      { from: "starting", to: "serving" },
      { from: "serving", to: "draining" },
    ]);
  });

  test("tells nothing once it is stopped", async () => {
    const { health, status } = await serve({ checks: { database: down } });
    const events: unknown[] = [];
    const stops = [
      health.on("change", (event) => events.push(event)),
      health.on("phase", (event) => events.push(event)),
    ];
    for (const stop of stops) stop();
    await status("/readyz");
    health.drain();
    expect(events).toEqual([]);
  });

  test("breaks nothing when a listener does", async () => {
    const { health, seen } = await serve({ checks: { database: up } });
    const events: unknown[] = [];
    health.on("change", down);
    health.on("change", () => Promise.reject(new Error("no")));
    health.on("change", (event) => events.push(event));
    health.on("phase", down);
    const reasons = await unhandledRejections(async () => {
      expect(await seen("/readyz")).toBe('200 {"status":"ok"}');
      health.drain();
    });
    expect(events).toHaveLength(1);
    expect(reasons).toEqual([]);
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
  });

  test("logs a listener that fails once for each event, without credentials", async () => {
    const database = script();
    const { clock, health, lines, status } = await serve({ checks: { database: database.run } });
    let calls = 0;
    const fails = () => {
      calls++;
      throw new Error("cannot tell https://hale:hunter2@chat");
    };
    health.on("change", fails);
    health.on("phase", async () => Promise.reject(new Error("no")));
    for (const answer of [up, down, up]) {
      database.answer = answer;
      await clock.advance(1000);
      await status("/readyz");
    }
    health.drain();
    await settled();
    expect(calls).toBe(3);
    expect(lines.filter(([level]) => level === "error")).toEqual([
      ["error", 'hale: "change" listener failed: cannot tell https://***@chat'],
      ["error", 'hale: "phase" listener failed: no'],
    ]);
  });

  test("lets a listener ask for the report, which knows of the change", async () => {
    const { health, seen } = await serve({ checks: { database: up } });
    const phases: unknown[] = [];
    health.on("phase", async () => phases.push(await seen("/readyz")));
    health.drain();
    await settled();
    expect(phases).toEqual(['503 {"status":"failed"}']);
  });

  test.each<[string, readonly unknown[]]>([
    ["an event that does not exist", ["chnage", up]],
    ["no event", [undefined, up]],
    ["no listener", ["change"]],
    ["a listener that is none", ["change", {}]],
  ])("refuses %s", async (_, given) => {
    const { health } = await serve();
    const on = health.on as (...values: unknown[]) => unknown;
    expect(haleErrorOf(() => on(...given)).code).toBe("HALE_BAD_OPTION");
  });
});

describe("signal()", () => {
  test("is one signal for each stage, which drain() and close() abort", async () => {
    const { health } = await serve();
    const [drain, stop, close] = SHUTDOWN_STAGES.map((stage) => health.signal(stage));
    const aborted = () => [drain, stop, close].map((signal) => signal?.aborted);
    expect([health.signal("drain"), aborted()]).toEqual([drain, [false, false, false]]);
    health.drain();
    expect(aborted()).toEqual([true, false, false]);
    await health.close();
    expect(aborted()).toEqual([true, true, true]);
  });

  test("takes any number of listeners without a warning of a leak", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on("warning", warn);
    const { health } = await serve();
    for (let count = 0; count < 100; count++) health.signal("stop").addEventListener("abort", up);
    await settled();
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  test.each(["stpo", undefined, null, 5])("refuses %j", async (stage) => {
    const { health } = await serve();
    const error = haleErrorOf(() => health.signal(stage as never));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message.includes('Did you mean "stop"?')).toBe(stage === "stpo");
  });
});

describe("the log", () => {
  test("has one line for each change, and none for a probe", async () => {
    const database = script();
    const { clock, health, lines, status } = compose({ checks: { database: database.run } });
    await clock.advance(0);
    const ask = async () => {
      await clock.advance(1000);
      for (const path of ["/livez", "/readyz", "/health/deep", "/health/deep/database"]) {
        await status(path);
      }
    };
    await ask();
    await ask();
    database.answer = down;
    await ask();
    await ask();
    database.answer = up;
    await ask();
    health.drain();
    await ask();
    expect(lines).toEqual([
      ["info", "hale: service is serving, was starting"],
      ["info", "hale: check database is up, was unknown"],
      ["warn", "hale: check database is down, was up: connect ECONNREFUSED 127.0.0.1:5432"],
      ["info", "hale: check database is up, was down"],
      ["info", "hale: service is draining, was serving"],
    ]);
  });

  test("holds no credentials", async () => {
    const { lines, status } = await serve({
      checks: {
        database: () => {
          throw new Error("password=hunter2 is wrong");
        },
      },
    });
    await status("/readyz");
    expect(lines).toEqual([
      ["warn", "hale: check database is down, was unknown: password=*** is wrong"],
    ]);
  });

  test("goes to console when nothing is said, and nowhere with false", async () => {
    const info = vi.spyOn(console, "info").mockImplementation(() => {});
    const health = compose({ logger: undefined }).health;
    health.drain();
    await expect.poll(() => info.mock.calls).toEqual([["hale: service is draining, was starting"]]);
    compose({ logger: false }).health.drain();
    await settled();
    expect(info).toHaveBeenCalledTimes(1);
    info.mockRestore();
  });

  test("breaks nothing when the logger throws", async () => {
    const { health, seen } = await serve({
      checks: { database: down },
      logger: { info: down, warn: down, error: down },
    });
    expect(await seen("/readyz")).toBe('503 {"status":"failed"}');
    health.drain();
    expect(await seen("/livez")).toBe('200 {"status":"ok"}');
  });
});

describe("on real time", () => {
  test("a health is serving in the next turn, and lets itself be closed", async () => {
    const health = createHealth({ checks: { database: up }, logger: false });
    await new Promise<void>((serving) => {
      health.on("phase", () => serving());
    });
    expect(await health.report("readiness")).toMatchObject({ status: "up", phase: "serving" });
    await health.close();
  });
});

test.each<[string, object]>([
  ["tokens", { http: { tokens: "hunter2" } }],
  ["tokens", { http: { tokens: 12345678 } }],
  ["checks", { checks: "hunter2" }],
  ["a check", { checks: { db: "hunter2" } }],
  ["a check", { checks: { db: 12345678 } }],
  ["an option", { defaults: { timeout: "hunter2" } }],
])("a short secret in place of %s is not shown: %j", (_, options) => {
  const { message } = haleErrorOf(() => createHealth({ logger: false, ...options } as never));
  expect(message).not.toMatch(/hunter2|12345678/);
});

test.each<[string, () => unknown]>([
  ["a generator", () => function* () {}],
  ["an async generator", () => async function* () {}],
])("%s in place of an async function is refused, since a call of it runs nothing", (_, make) => {
  const { code } = haleErrorOf(() =>
    createHealth({ logger: false, checks: { db: make() as never } }),
  );
  expect(code).toBe("HALE_UNKNOWN_CLIENT");
});

test.each<[string, (client: never) => unknown]>([
  ["postgres", (client) => postgres({ client })],
  ["redis", (client) => redis({ client })],
  ["cache", (client) => cache({ client })],
])("%s() refuses a client that it cannot ask", (_, make) => {
  for (const client of [{}, new Set(), "postgres://hunter2@db", undefined, null]) {
    const { code, message } = haleErrorOf(() => make(client as never));
    expect.soft(code).toBe("HALE_BAD_OPTION");
    expect.soft(message).not.toContain("hunter2");
  }
});

test("a class in place of what it makes is refused", () => {
  class Pool {}
  expect(() => createHealth({ logger: false, checks: { db: Pool as never } })).toThrow(
    expect.objectContaining({ code: "HALE_UNKNOWN_CLIENT" }),
  );
});
