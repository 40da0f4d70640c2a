import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import type { HaleErrorCode } from "../../src/contract/errors.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { redis } from "../servers/redis.ts";

const up = async () => {};
const down = async () => {
  throw new Error("refused");
};

const grouped = (gateway: () => Promise<void>, ledger: () => Promise<void>) => ({
  checks: { database: up, payments: group({ gateway, ledger }) },
});

test("a list within a group is part of that group, and so of what names it", async () => {
  const { probe } = await startService({
    checks: {
      database: down,
      cache: up,
      payments: group({ all: group(["database"]) }),
      everything: group(["payments", "cache"]),
    },
  });
  const body = '{"status":"unhealthy","checks":{"database":"failed"}}';
  expect(await probe("/health/deep/payments")).toMatchObject({ status: 503, body });
  expect(await probe("/health/deep/payments.all")).toMatchObject({ status: 503, body });
  expect(await probe("/health/deep/everything")).toMatchObject({
    status: 503,
    body: '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}',
  });
});

describe("a group of an object", () => {
  test("is a group, whose checks bear its name", async () => {
    const { probe } = await startService(grouped(up, down));
    expect(await probe("/health/deep")).toMatchObject({
      status: 503,
      body: '{"status":"unhealthy","checks":{"database":"ok","payments.gateway":"ok","payments.ledger":"failed"}}',
    });
  });

  test("has a path of its own in each probe, which tells of its checks alone", async () => {
    const { probe } = await startService({
      checks: { database: down, payments: group({ gateway: up, ledger: up }) },
    });
    expect(await probe("/health/deep/payments")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"payments.gateway":"ok","payments.ledger":"ok"}}',
    });
    expect(await probe("/readyz/payments/")).toMatchObject({
      status: 200,
      body: '{"status":"ok"}',
    });
    expect((await probe("/livez/payments")).status).toBe(404);
    expect((await probe("/health/deep/payment")).status).toBe(404);
  });

  test("has a path for each of its checks, with a dot or a slash", async () => {
    const { probe } = await startService(grouped(up, down));
    for (const path of ["/health/deep/payments.ledger", "/health/deep/payments/ledger"]) {
      expect(await probe(path)).toMatchObject({ status: 503, body: '{"status":"failed"}' });
    }
    expect((await probe("/health/deep/payments/gateway")).status).toBe(200);
  });

  test("may hold clients, checks and groups", async () => {
    const server = await redis.start();
    onTestFinished(() => server.stop());
    const client = new Redis(server.url);
    onTestFinished(() => client.disconnect());
    const ledger = defineCheck({ scope: "dependency", critical: false, run: down });
    // The first run waits for the connection, which a machine that does much else may take long for.
    const { probe } = await startService({
      checks: { payments: group({ client, books: group({ ledger }) }) },
      deadline: 20_000,
      defaults: { timeout: 15_000 },
    });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"payments.client":"ok","payments.books.ledger":"failed"}}',
    });
    expect(await probe("/health/deep/payments/books")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"payments.books.ledger":"failed"}}',
    });
  });

  test.each([
    [
      "spring",
      '{"status":"DOWN","components":{"payments.gateway":{"status":"UP"},"payments.ledger":{"status":"DOWN"}}}',
    ],
    [
      "microprofile",
      '{"status":"DOWN","checks":[{"name":"payments.gateway","status":"UP"},{"name":"payments.ledger","status":"DOWN"}]}',
    ],
    [
      "kubernetes",
      "[+]payments.gateway ok\n[-]payments.ledger failed: reason withheld\ndeep check failed\n",
    ],
  ])("is a composite of its checks in the format %s", async (format, body) => {
    const { probe } = await startService(grouped(up, down));
    expect(await probe(`/health/deep/payments?format=${format}`)).toMatchObject({
      status: 503,
      body,
    });
  });

  test("is left out as a whole by its name", async () => {
    const { probe } = await startService(grouped(up, down));
    expect(await probe("/health/deep?exclude=payments")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"database":"ok"}}',
    });
  });

  test("is told of by report(), by its name", async () => {
    const health = createHealth({ logger: false, ...grouped(up, down) });
    const report = await health.report("deep", { check: "payments" });
    expect(report).toMatchObject({ check: "payments", status: "down" });
    expect(report.checks.map(({ name }) => name)).toEqual(["payments.gateway", "payments.ledger"]);
    await expect(health.report("deep", { check: "pay" })).rejects.toMatchObject({
      code: "HALE_UNKNOWN_CHECK",
    });
  });

  test("is not made worse by the phase, as a check is not", async () => {
    const health = createHealth({ logger: false, ...grouped(up, up), startup: { manual: true } });
    expect(await health.report("readiness", { check: "payments" })).toMatchObject({ status: "up" });
    expect(await health.report("readiness")).toMatchObject({ status: "down" });
  });

  test("shows nothing to who sees the verdict alone", async () => {
    const { probe } = await startService({ ...grouped(up, up), http: { expose: "status" } });
    expect((await probe("/health/deep/payments")).status).toBe(404);
  });
});

describe("a group of a list of names", () => {
  const checks = { database: up, cache: down, payments: group({ ledger: up }) };

  test("is a group of checks that are registered, alone or by their group", async () => {
    const { probe } = await startService({
      checks: {
        ...checks,
        storage: group(["database", "cache"]),
        money: group(["payments", "database"]),
      },
    });
    expect(await probe("/health/deep/storage")).toMatchObject({
      status: 503,
      body: '{"status":"unhealthy","checks":{"database":"ok","cache":"failed"}}',
    });
    expect(await probe("/health/deep/money")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"database":"ok","payments.ledger":"ok"}}',
    });
  });

  test("may come before what it names, and makes no line of its own", async () => {
    const { probe } = await startService({
      checks: { storage: group(["database"]), database: up },
    });
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });
});

describe("a group of a list", () => {
  test("may name a list that comes after it, and one that names a group", async () => {
    const { probe } = await startService({
      checks: {
        all: group(["storage", "money"]),
        money: group(["payments"]),
        storage: group(["database", "cache"]),
        payments: group({ gateway: up, ledger: up }),
        database: up,
        cache: up,
      },
    });
    expect((await probe("/health/deep/all")).body).toBe(
      '{"status":"healthy","checks":{"payments.gateway":"ok","payments.ledger":"ok","database":"ok","cache":"ok"}}',
    );
    expect((await probe("/health/deep/money")).body).toBe(
      '{"status":"healthy","checks":{"payments.gateway":"ok","payments.ledger":"ok"}}',
    );
  });

  test("names a check once, however often it is in the groups that it names", async () => {
    const health = createHealth({
      logger: false,
      checks: { all: group(["storage", "database"]), storage: group(["database"]), database: up },
    });
    const { checks } = await health.report("deep", { check: "all" });
    expect(checks.map(({ name }) => name)).toEqual(["database"]);
  });
});

test.each<[string, Record<string, () => Promise<void>>]>([
  ["db, as Knex and MongoDB have one", { db: up, session: up }],
  ["maintenance, as etcd3 has one", { maintenance: up, frontend: up }],
  ["servers and stats, as memjs has them", { servers: up, stats: up }],
  ["get, set and wrap, as a cache has them", { get: up, set: up, wrap: up }],
])("a group may have members called %s", async (_, members) => {
  const health = createHealth({ logger: false, checks: { site: group(members) } });
  const { checks } = await health.report("deep", { check: "site" });
  expect(checks.map(({ name, status }) => [name, status])).toEqual(
    Object.keys(members).map((name) => [`site.${name}`, "up"]),
  );
});

test("nothing is a group by its looks, and the error says how one is made", () => {
  for (const looks of [{ gateway: up, ledger: up }, ["a"]]) {
    const error = haleErrorOf(() => createHealth({ checks: { a: up, b: looks as never } }));
    expect(error.code).toBe("HALE_UNKNOWN_CLIENT");
    expect(error.message).toContain("group(");
  }
});

test("a group that another copy of the package made is one", async () => {
  const brand = Object.getOwnPropertySymbols(group(["a"]))[0] ?? Symbol();
  const copied = { [brand]: true, members: ["a"] };
  const health = createHealth({ logger: false, checks: { a: up, all: copied } });
  expect((await health.report("deep", { check: "all" })).checks).toHaveLength(1);
});

describe("at start-up", () => {
  const long = { [`g${"r".repeat(40)}`]: group({ [`a${"b".repeat(40)}`]: up }) };

  test.each<[string, HaleErrorCode, () => Record<string, unknown>]>([
    ["a name that no check has", "HALE_UNKNOWN_MEMBER", () => ({ a: up, g: group(["a", "b"]) })],
    ["the name of the group itself", "HALE_UNKNOWN_MEMBER", () => ({ a: up, g: group(["g"]) })],
    [
      "groups that name each other",
      "HALE_UNKNOWN_MEMBER",
      () => ({ a: up, one: group(["a", "two"]), two: group(["a", "one"]) }),
    ],
    ["a list of nothing", "HALE_BAD_OPTION", () => ({ a: up, g: group([]) })],
    ["a list of clients", "HALE_BAD_OPTION", () => ({ g: group([up] as never) })],
    ["a group of nothing", "HALE_BAD_OPTION", () => ({ g: group({}) })],
    ["a group of a client", "HALE_BAD_OPTION", () => ({ g: group(new Map() as never) })],
    ["a member that is no check", "HALE_UNKNOWN_CLIENT", () => ({ g: group({ a: 1 }) })],
    ["a client that is not known", "HALE_UNKNOWN_CLIENT", () => ({ it: { ping: up, host: up } })],
    ["a member whose name is none", "HALE_BAD_NAME", () => ({ g: group({ "a b": up }) })],
    ["a group whose name is taken", "HALE_BAD_NAME", () => ({ ready: group({ a: up }) })],
    ["a list whose name is taken", "HALE_BAD_NAME", () => ({ a: up, deep: group(["a"]) })],
    ["a name that is too long in all", "HALE_BAD_NAME", () => long],
    ["two checks of one name", "HALE_DUPLICATE_CHECK", () => ({ "g.a": up, g: group({ a: up }) })],
    [
      "a group with the name of a check",
      "HALE_DUPLICATE_CHECK",
      () => ({ "g.a": up, g: group({ a: group({ b: up }) }) }),
    ],
    [
      "a list with the name of a check in a group",
      "HALE_DUPLICATE_CHECK",
      () => ({ a: up, g: group({ a: up }), "g.a": group(["a"]) }),
    ],
  ])("%s is refused", (_, code, checks) => {
    const make = () => createHealth({ checks: checks() as HealthOptions["checks"] });
    expect(haleErrorOf(make).code).toBe(code);
  });

  test("the error names the check by its whole name", () => {
    const options = { checks: { payments: group({ ledger: 7 as never }) } };
    expect(haleErrorOf(() => createHealth(options)).message).toContain('"payments.ledger"');
  });
});
