import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { CLIENTS, type Clients } from "../../src/checks/internal/clients/client-table.ts";
import { mysql } from "../../src/checks/mysql.ts";
import { defineCheck } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth } from "../../src/health.ts";
import { runCheck } from "../_support/run-check.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const pool = {
  query: async () => ({ rows: [{}] }),
  connect: async () => {},
  waitingCount: 0,
  totalCount: 0,
  idleCount: 0,
};

test("a group whose member is called config is a group, whatever that member is", async () => {
  const health = createHealth({
    logger: false,
    checks: { store: group({ config: pool as never, ledger: async () => false }) },
  });
  const { checks } = await health.report("deep");
  expect(checks.map(({ name }) => name)).toEqual(["store.config", "store.ledger"]);
  await health.close();
});

test("an object is not known by what its configuration holds", () => {
  for (const config of [{ maintenance: true }, { forcePathStyle: true }, { isInitialized: true }]) {
    const checks = { settings: { config, get() {} } as never };
    expect(haleErrorOf(() => createHealth({ logger: false, checks })).code).toBe(
      "HALE_UNKNOWN_CLIENT",
    );
  }
});

test("half a client is refused, with what it lacks and what is taken", () => {
  const checks = { store: { query() {}, waitingCount: 0 } as never };
  const { code, message } = haleErrorOf(() => createHealth({ logger: false, checks }));
  expect(code).toBe("HALE_UNSUPPORTED_CLIENT");
  expect(message).toMatch(
    /^The check "store" looks like one of postgres\(\), but lacks connect\(\), totalCount, idleCount\. postgres\(\) takes a Pool/,
  );
});

test("what has the names of a client's members, and is none, is not known", () => {
  const method = async () => {};
  for (const object of [
    { maintenance: method, frontend: method },
    { servers: method, stats: method },
    { db: method },
    new Map(),
  ]) {
    const create = () => createHealth({ logger: false, checks: { object: object as never } });
    expect(haleErrorOf(create).code).toBe("HALE_UNKNOWN_CLIENT");
  }
});

test("what has the marks of two kinds is refused, with both", () => {
  const both = new Proxy({}, { get: () => () => {} });
  const create = () => createHealth({ logger: false, checks: { both: both as never } });
  expect(["HALE_AMBIGUOUS_CLIENT", "HALE_UNSUPPORTED_CLIENT"]).toContain(haleErrorOf(create).code);
});

test("a property that throws is none", () => {
  const throwing = {
    get waitingCount() {
      throw new Error("not now");
    },
  };
  const create = () => createHealth({ logger: false, checks: { throwing: throwing as never } });
  expect(haleErrorOf(create).code).toBe("HALE_UNKNOWN_CLIENT");
});

test("a client of another check is refused by a check that could call it", () => {
  const create = () => mysql({ client: pool as never });
  expect(haleErrorOf(create).code).toBe("HALE_BAD_OPTION");
});

test("the marks of each kind can be read, and each names what it takes", () => {
  for (const { taken, takes, refused = {} } of Object.values(CLIENTS) as Clients[]) {
    expect(takes).toMatch(/^[a-z]/);
    for (const marks of [...Object.values(taken), ...Object.values(refused)]) {
      for (const mark of marks.replace(" | ", " ").split(" ")) {
        expect(mark).toMatch(/^!?[\w$]+(\.[\w$]+)*(\(\d*\))?$/);
      }
    }
  }
});

test("a URL that is closed while it is being opened for the first time ends its client once, and runs nothing", async () => {
  const check = fromUrl("redis://127.0.0.1:1");
  const running = runCheck(check, 5000);
  await Promise.resolve();
  await check.close?.();
  expect(await running).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});

test("a function that returns a client, or a relative of one, is down, and says what to register", async () => {
  const pgPool = new pg.Pool();
  const store = new Redis({ lazyConnect: true });
  const knex = Object.assign(() => {}, {
    raw() {},
    migrate: {},
    client: { acquireConnection() {}, releaseConnection() {} },
  });
  const checks = {
    "postgres.sync": () => pgPool,
    "postgres.async": async () => pgPool,
    "postgres.defined": defineCheck({ scope: "dependency", run: () => pgPool }),
    "redis.connecting": () => store,
    "redis.ready": () =>
      new Proxy(store, { get: (of, key) => (key === "status" ? "ready" : Reflect.get(of, key)) }),
    "knex.function": () => knex,
  };
  const health = createHealth({ logger: false, checks: checks as never });
  const report = await health.report("deep");
  expect(
    report.checks.map(({ name, status, code, reason }) => [name, status, code, reason]),
  ).toEqual(
    Object.keys(checks).map((name) => [
      name,
      "down",
      "HALE_RETURNED_DOWN",
      `The check returned a client, which is not run. Register it itself, or ${name.split(".")[0]}({ client: () => … }).`,
    ]),
  );
  await health.close();
  await pgPool.end();
});

test("a function that returns a client which is not taken as it is, is down, and says what is taken", async () => {
  const returned = {
    legacy: { send_command() {}, internal_send_command() {} },
    rdkafka: { globalConfig: {}, topicConfig: {}, getMetadata() {} },
    aws: { middlewareStack: {}, send() {} },
  };
  const checks = Object.fromEntries(
    Object.entries(returned).map(([name, client]) => [name, () => client]),
  );
  const health = createHealth({ logger: false, checks });
  const report = await health.report("deep");
  expect(report.checks.map(({ status, code, reason }) => [status, code, reason])).toEqual(
    [
      `It is a client of redis 3. redis() takes ${CLIENTS.redis.takes}.`,
      `It is a client of node-rdkafka. kafka() takes ${CLIENTS.kafka.takes}.`,
      `It is a client of aws(), whose option "command" must be given. aws() takes ${CLIENTS.aws.takes}.`,
    ].map((advice) => [
      "down",
      "HALE_RETURNED_DOWN",
      `The check returned a client, which is not run. ${advice}`,
    ]),
  );
  await health.close();
});

test("each client, and each relative, has a function among its marks, so that plain figures are none", () => {
  for (const { taken, refused = {} } of Object.values(CLIENTS) as Clients[]) {
    for (const marks of [...Object.values(taken), ...Object.values(refused)]) {
      expect(marks).toContain("(");
    }
  }
});

test("what a client answers is not taken for a client", async () => {
  const answers = {
    rows: { rows: [{}], rowCount: 1, command: "SELECT" },
    map: new Map(),
    response: new Response("fine"),
    figures: { totalCount: 10, idleCount: 3, waitingCount: 0 },
    half: { query() {}, waitingCount: 0 },
    settings: { globalConfig: {}, topicConfig: {} },
    verdict: { ok: true, ...pool },
    healthy: { healthy: true, ...pool },
    word: { status: "UP", ...pool },
    number: { status: 204, ...pool },
    array: [1, 2],
    date: new Date(),
  };
  const checks = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [name, () => answer]),
  );
  const health = createHealth({ logger: false, checks });
  const report = await health.report("deep");
  expect(report.checks.map(({ name, status }) => [name, status])).toEqual(
    Object.keys(answers).map((name) => [name, "up"]),
  );
  await health.close();
});
