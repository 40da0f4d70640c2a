import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { redis } from "../servers/redis.ts";

const up = async () => {};
const down = async () => {
  throw new Error("refused");
};

const grouped = (gateway: () => Promise<void>, ledger: () => Promise<void>) => ({
  checks: { database: up, payments: { gateway, ledger } },
});

describe("an object of checks", () => {
  test("is a group, whose checks bear its name", async () => {
    const { probe } = await startService(grouped(up, down));
    expect(await probe("/health/deep")).toMatchObject({
      status: 503,
      body: '{"status":"unhealthy","checks":{"database":"ok","payments.gateway":"ok","payments.ledger":"failed"}}',
    });
  });

  test("has a path of its own in each probe, which tells of its checks alone", async () => {
    const { probe } = await startService({
      checks: { database: down, payments: { gateway: up, ledger: up } },
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
    const { probe } = await startService({ checks: { payments: { client, books: { ledger } } } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"payments.client":"ok","payments.books.ledger":"failed"}}',
    });
    expect(await probe("/health/deep/payments/books")).toMatchObject({
      status: 200,
      body: '{"status":"degraded","checks":{"payments.books.ledger":"failed"}}',
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

describe("a list of names", () => {
  const checks = { database: up, cache: down, payments: { ledger: up } };

  test("is a group of checks that are registered, alone or by their group", async () => {
    const { probe } = await startService({
      checks: { ...checks, storage: ["database", "cache"], money: ["payments", "database"] },
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
    const { probe } = await startService({ checks: { storage: ["database"], database: up } });
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });
});

describe("at start-up", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["a name that no check has", "HALE_UNKNOWN_MEMBER", { a: up, group: ["a", "b"] }],
    ["the name of the group itself", "HALE_UNKNOWN_MEMBER", { a: up, group: ["group"] }],
    ["a list of nothing", "HALE_UNKNOWN_CLIENT", { a: up, group: [] }],
    ["a list of clients", "HALE_UNKNOWN_CLIENT", { group: [up] }],
    ["a group of nothing", "HALE_UNKNOWN_CLIENT", { group: {} }],
    ["a member that is no check", "HALE_UNKNOWN_CLIENT", { group: { a: 1 } }],
    ["a client that is not known", "HALE_UNKNOWN_CLIENT", { it: { ping: up, host: up } }],
    ["a member whose name is none", "HALE_BAD_NAME", { group: { "a b": up } }],
    ["a group whose name is taken", "HALE_BAD_NAME", { ready: { a: up } }],
    [
      "a name that is too long in all",
      "HALE_BAD_NAME",
      { [`g${"r".repeat(40)}`]: { [`a${"b".repeat(40)}`]: up } },
    ],
    ["two checks of one name", "HALE_DUPLICATE_CHECK", { "group.a": up, group: { a: up } }],
  ])("%s is refused", (_, code, checks) => {
    const options = { checks } as HealthOptions;
    expect(haleErrorOf(() => createHealth(options)).code).toBe(code);
  });

  test("the error names the check by its whole name", () => {
    const options = { checks: { payments: { ledger: 7 } } } as unknown as HealthOptions;
    expect(haleErrorOf(() => createHealth(options)).message).toContain('"payments.ledger"');
  });
});
