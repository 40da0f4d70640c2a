import { describe, expect, test } from "vitest";
import { defineCheck, type Run } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import { HOP_HEADER } from "../../src/contract/hop.ts";
import { serve } from "../_support/compose.ts";

const up: Run = async () => {};
const down: Run = async () => {
  throw new Error("gone");
};

describe("an answer that is kept", () => {
  test("is of its own probe, in whatever order the probes are asked", async () => {
    const { status } = await serve({ checks: { database: down } });
    const paths = ["/readyz", "/livez", "/startupz", "/health/deep", "/healthz", "/health/ready"];
    const expected = [503, 200, 200, 503, 200, 503];
    for (const order of [paths, paths.toReversed(), paths]) {
      const found = new Map<string, number>();
      for (const path of order) found.set(path, await status(path));
      expect(paths.map((path) => found.get(path))).toEqual(expected);
    }
  });
});

test("nobody who reads a report can write what the next one says", async () => {
  const run: Run = async () => ({ status: "up", observations: { lag: { value: 1, unit: "ms" } } });
  const { health, get } = await serve({ checks: { database: run }, http: { expose: "details" } });
  const report = await health.report("deep");
  const before = (await get("/health/deep")).body;
  const [check] = report.checks;
  const parts = [
    report,
    report.checks,
    report.tasks,
    check,
    check?.observations,
    check?.observations?.lag,
  ];
  expect(parts.map((part) => part !== undefined && Object.isFrozen(part))).toEqual(
    parts.map(() => true),
  );
  expect(() => Object.assign(check?.observations?.lag ?? {}, { value: 2 })).toThrow(TypeError);
  expect((await get("/health/deep")).body).toBe(before);
});

test("a thousand cold probes that leave out names which nobody has cost one refresh", async () => {
  let runs = 0;
  const { get, health, clock } = await serve({
    checks: {
      database: () => {
        runs++;
        return new Promise((resolve) => clock.after(50, () => resolve(undefined)));
      },
    },
  });
  const before = clock.pending;
  const answers = Array.from({ length: 1000 }, (_, index) => get(`/health/deep?exclude=n${index}`));
  await clock.advance(0);
  // A timer for the deadline of the probes, one for the timeout of the run, and that of the check itself.
  expect(clock.pending - before).toBe(3);
  await clock.advance(50);
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect([runs, statuses]).toEqual([1, Array(1000).fill(200)]);
  await health.close();
});

test("a request says by its path alone which probe it is about", async () => {
  const { health, status } = await serve({ checks: { database: down } });
  const request = { method: "GET", url: "/readyz", header: () => undefined, probe: "ready" };
  expect(await health.handle(request)).toMatchObject({ status: 503 });
  expect(health.handle({ ...request, url: "/", probe: "liveness" } as never)).toBeUndefined();
  expect(await status("/readyz")).toBe(503);
});

describe("startup", () => {
  const broken = defineCheck({ scope: "process", probes: ["startup"], run: down });

  test.each([
    ["without the check that fails", "/startupz?exclude=broken", {}],
    ["of one check that is up", "/startupz/fine", {}],
    ["of another health", "/startupz?exclude=broken", { [HOP_HEADER]: "1" }],
  ])("is not done because somebody asked %s", async (_, path, headers) => {
    const fine = defineCheck({ scope: "process", probes: ["startup"], run: up });
    const { get, status } = await serve({ checks: { broken, fine } });
    expect((await get(path, headers)).status).toBe(200);
    expect(await status("/startupz")).toBe(503);
  });

  test("is not done because a report left out the check that fails", async () => {
    const { health, status } = await serve({ checks: { broken } });
    expect(await health.report("startup", { exclude: ["broken"] })).toMatchObject({ status: "up" });
    expect(await status("/startupz")).toBe(503);
  });
});

describe("exclusions where a rule of access decides", () => {
  /** A health with two checks that hang, one of which the caller excludes, and a rule that takes 300 ms. */
  async function setUp(exposure: "status" | "checks") {
    const runs: string[] = [];
    const hang = (name: string) => () => {
      runs.push(name);
      return new Promise(() => {});
    };
    const served = await serve({
      checks: { database: hang("database"), cache: hang("cache") },
      http: {
        expose: () => new Promise((resolve) => served.clock.after(300, () => resolve(exposure))),
      },
    });
    let status: number | undefined;
    void served.get("/readyz?exclude=cache").then((found) => {
      status = found.status;
    });
    return { ...served, runs, answered: () => status };
  }

  test("keep the excluded check from running, for a caller who may see names", async () => {
    const { clock, runs, answered } = await setUp("checks");
    await clock.advance(800);
    expect([runs, answered()]).toEqual([["database"], 503]);
  });

  test("count for nothing where the caller may not, whose answer is on time all the same", async () => {
    const { clock, runs, answered } = await setUp("status");
    await clock.advance(299);
    expect(runs).toEqual(["database"]);
    await clock.advance(1);
    expect(runs).toEqual(["database", "cache"]);
    await clock.advance(499);
    expect(answered()).toBeUndefined();
    await clock.advance(1);
    expect(answered()).toBe(503);
  });
});

describe("a check that the query names and excludes", () => {
  test.each([
    "/health/deep/database?exclude=database",
    "/health/deep/database?exclude=stores",
    "/health/deep/database?exclude=stores&exclude=database",
  ])("is reported as without the exclusion: %s", async (url) => {
    const { seen } = await serve({
      checks: { database: async () => false, cache: async () => {}, stores: group(["database"]) },
    });
    expect(await seen(url)).toBe('503 {"status":"failed"}');
    expect(await seen(`${url}&verbose`)).toContain("503 [-]database failed: reason withheld\n");
    expect(await seen(`${url}&verbose`)).not.toContain("[+]database excluded");
  });

  test("a group that the query names and excludes is reported too, and its other members can be excluded", async () => {
    const { seen } = await serve({
      checks: { stores: group({ database: async () => false, cache: async () => {} }) },
    });
    expect(await seen("/health/deep/stores?exclude=stores")).toBe(
      '503 {"status":"unhealthy","checks":{"stores.database":"failed","stores.cache":"ok"}}',
    );
    expect(await seen("/health/deep/stores?exclude=stores.database")).toBe(
      '200 {"status":"healthy","checks":{"stores.cache":"ok"}}',
    );
  });
});

describe("a rule of access", () => {
  /** A health whose rule takes 600 ms, and whose check takes 500 ms. */
  async function setUp(exposure: "status" | "checks" | "details") {
    let rules = 0;
    let runs = 0;
    const served = await serve({
      checks: {
        database: () => {
          runs++;
          return new Promise((resolve) => served.clock.after(490, () => resolve(undefined)));
        },
      },
      http: {
        expose: () => {
          rules++;
          return new Promise((resolve) => served.clock.after(600, () => resolve(exposure)));
        },
      },
    });
    return { ...served, counts: () => ({ rules, runs }) };
  }

  test.each([
    ["status", '{"status":"healthy"}'],
    ["checks", '{"status":"healthy","checks":{"database":"ok"}}'],
  ] as const)("takes its time beside the runs, and lets see %s", async (exposure, body) => {
    const { clock, get, counts } = await setUp(exposure);
    let answer: string | undefined;
    void get("/health/deep").then((found) => {
      answer = found.body;
    });
    await clock.advance(599);
    expect([answer, counts()]).toEqual([undefined, { rules: 1, runs: 1 }]);
    await clock.advance(1);
    expect(answer).toBe(body);
  });
});
