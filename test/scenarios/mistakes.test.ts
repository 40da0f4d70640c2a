import { drizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import createKnex from "knex";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  bullmq,
  certificate,
  disk,
  dns,
  files,
  fromUrl,
  hale,
  heartbeat,
  http,
  ldap,
  postgres,
  progress,
  queue,
  redis,
  statusPage,
  tcp,
} from "../../src/checks/index.ts";
import { defineCheck } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";

const SECRET = "hunter2";

/** Real clients that connect to nothing until they are used. */
function clients() {
  const pool = new pg.Pool({ connectionString: `postgres://app:${SECRET}@127.0.0.1:1/shop` });
  const cache = new Redis({ lazyConnect: true, password: SECRET });
  onTestFinished(async () => {
    cache.disconnect();
    await pool.end();
  });
  return { pool, cache };
}

describe("a client in place of the options of its check", () => {
  test("is refused with the call that takes it", () => {
    const { pool, cache } = clients();
    expect(haleErrorOf(() => postgres(pool as never)).message).toBe(
      'The option "options" of postgres() must be an object with names and values, but is the client itself. Write postgres({ client: … }).',
    );
    expect(haleErrorOf(() => redis(cache as never)).message).toContain(
      "but is the client itself. Write redis({ client: … }).",
    );
    expect(() => [postgres({ client: pool }), redis({ client: cache })]).not.toThrow();
  });
});

describe("a URL in place of options", () => {
  test.each<[string, () => unknown]>([
    ["http", () => http(`https://app:${SECRET}@rates` as never)],
    ["http", () => http(new URL(`https://app:${SECRET}@rates`) as never)],
    ["hale", () => hale(`https://app:${SECRET}@rates` as never)],
  ])("of %s() is refused with the call that takes it, and is not shown", (name, mistake) => {
    const { code, message } = haleErrorOf(mistake);
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toMatch(new RegExp(`Write ${name}\\(\\{ url: … \\}\\)\\.$`));
    expect(message).not.toContain(SECRET);
  });
});

describe("a client in place of the options of a check of several kinds", () => {
  test.each<[string, (given: never) => unknown]>([
    ["queue", queue],
    ["heartbeat", heartbeat],
  ])("is refused with the call that takes it: %s()", (name, check) => {
    const { pool, cache } = clients();
    for (const client of [pool, cache]) {
      expect(haleErrorOf(() => check(client as never)).message).toMatch(
        new RegExp(`Write ${name}\\(\\{ client: … \\}\\)\\.$`),
      );
    }
    const { message } = haleErrorOf(() => check(`redis://:${SECRET}@cache` as never));
    expect(message).toMatch(new RegExp(`Write ${name}\\(\\{ url: … \\}\\)\\.$`));
    expect(message).not.toContain(SECRET);
  });
});

test.each<[string, () => unknown]>([
  ["dns({ name: … })", () => dns("example.com" as never)],
  ["certificate({ host: … })", () => certificate("example.com" as never)],
  ["certificate({ host: … })", () => certificate("https://example.com" as never)],
  ["tcp({ host: …, port: … })", () => tcp("example.com:80" as never)],
  ["tcp({ host: …, port: … })", () => tcp("tcp://127.0.0.1:1" as never)],
  ["http({ url: … })", () => http("example.com/rates" as never)],
  ["statusPage({ url: … })", () => statusPage("www.githubstatus.com" as never)],
  ["files({ path: … })", () => files("/tmp" as never)],
  ["disk({ path: … })", () => disk("/tmp" as never)],
  ["heartbeat({ file: …, age: … })", () => heartbeat("/tmp/worker.beat" as never)],
  ["queue({ client: …, name: … })", () => queue("orders" as never)],
])(
  "a text in place of options is refused with the options that it stands for: %s",
  (call, mistake) => {
    const { code, message } = haleErrorOf(mistake);
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message.endsWith(`but is a string. Write ${call}.`)).toBe(true);
  },
);

test("a function in place of the options of heartbeat() is refused with the option that takes it", () => {
  const { code, message } = haleErrorOf(() => heartbeat((async () => new Date()) as never));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message.endsWith("but is a function. Write heartbeat({ read: …, age: … }).")).toBe(true);
});

test.each<[string, unknown]>([
  ["a string", "cache:6379"],
  ["a class", class Queue {}],
])("%s in place of a client or its options is no URL and no client", (shown, given) => {
  expect(haleErrorOf(() => bullmq(given as never)).message).toMatch(
    new RegExp(`but is ${shown}\\.$`),
  );
  expect(haleErrorOf(() => redis({ client: given as never })).message).toMatch(
    new RegExp(`but is ${shown}\\.$`),
  );
});

test("thresholds in the wrong order are refused with both of them", () => {
  const replicationLag = { degraded: 1000, down: 500 };
  const { message } = haleErrorOf(() => postgres({ client: clients().pool, replicationLag }));
  expect(message).toContain(', but is an object. It has "degraded": 1000, "down": 500.');
});

test.each<[string, () => unknown, string]>([
  ["a number of jobs", () => bullmq({ waiting: 100 } as never), "{ degraded: 100 }, { down: … }"],
  ["no options", () => progress(undefined as never), "Write progress({ within: … })."],
  ["no options of a client", () => redis(undefined as never), "Write redis({ client: … })."],
  ["no options of a URL", () => http(undefined as never), "Write http({ url: … })."],
  ["a part of a URL", () => http({ url: "x" }), 'such as "http://127.0.0.1:8080/health".'],
  [
    "a host and a port",
    () => http({ url: "localhost:80" }),
    'such as "http://127.0.0.1:8080/health".',
  ],
  [
    "a URL of a database",
    () => http({ url: "redis://cache" }),
    'Write fromUrl(…) of "hale/checks" for',
  ],
  [
    "a pool under another name",
    () => postgres({ pool: clients().pool } as never),
    'Did you mean "client"?',
  ],
  [
    "a URL under another name",
    () => http({ address: "http://rates/" } as never),
    'Did you mean "url"?',
  ],
  [
    "a database of Drizzle",
    () => postgres({ client: drizzle(clients().pool) as never }),
    "Write drizzle({ client: … })",
  ],
  [
    "a Knex",
    () => postgres({ client: createKnex({ client: "pg" }) as never }),
    "Write knex({ client: … })",
  ],
])("%s is refused with what to write", (_, mistake, remedy) => {
  expect(haleErrorOf(mistake).message).toContain(remedy);
});

describe("a URL in place of a client or its options", () => {
  const url = `redis://:${SECRET}@cache`;

  test.each<[string, () => unknown, string]>([
    ["redis()", () => redis(url as never), "a string"],
    ["postgres()", () => postgres(new URL(url) as never), "a URL"],
    ["redis()", () => redis({ client: url as never }), "a string"],
    ["ldap()", () => ldap({ client: url as never }), "a string"],
    ["redis()", () => redis({ client: new URL(url) as never }), "a URL"],
  ])("of %s is refused with the check of a URL, and is not shown", (name, mistake, shown) => {
    const { code, message } = haleErrorOf(mistake);
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain(` of ${name} must be `);
    expect(message).toMatch(
      new RegExp(`but is ${shown}\\. Write fromUrl\\(…\\) of "hale/checks" for a URL\\.$`),
    );
    expect(message).not.toContain(SECRET);
  });
});

test("a port in place of options is refused with the options that hold it", async () => {
  const health = createHealth({ logger: false });
  const remedy = expect.stringMatching(/but is a number\. Write \{ port: 9000 \} in its place\.$/);
  await expect(listen(health, 9000 as never)).rejects.toMatchObject({
    code: "HALE_BAD_OPTION",
    message: remedy,
  });
  expect(haleErrorOf(() => tcp(9000 as never)).message).toEqual(remedy);
});

describe("as a check", () => {
  const mistakes: readonly (readonly [string, () => unknown, string])[] = [
    ["a URL", () => `redis://:${SECRET}@cache`, 'Write fromUrl(…) of "hale/checks" for a URL.'],
    ["a URL object", () => new URL(`redis://:${SECRET}@c`), 'Write fromUrl(…) of "hale/checks"'],
    [
      "a client of pg with options",
      () => ({ client: clients().pool, timeout: 300 }),
      'Write postgres({ client, timeout }) of "hale/checks".',
    ],
    [
      "a client of ioredis with options",
      () => ({ client: clients().cache, critical: false }),
      'Write redis({ client, critical }) of "hale/checks".',
    ],
    [
      "a client with options, of a check of two words",
      () => ({ client: { createJob() {}, checkHealth() {}, getJobs() {} }, timeout: 300 }),
      'Write beeQueue({ client, timeout }) of "hale/checks".',
    ],
    ["nothing", () => undefined, "Assign the client before createHealth() is called"],
    ["null", () => null, "Assign the client before createHealth() is called"],
    ["a promise of a client", async () => ({}), "Write await before it."],
    ["a list of names", () => ["cache"], "Write group([…]) for a list of names."],
    ["an object of checks", () => ({ a: async () => {} }), "Write group({ … }) for several checks"],
    [
      "a health",
      () => createHealth({ logger: false }),
      "Pass a health to an adapter, such as attach(server, health).",
    ],
    [
      "a check that is made by hand",
      () => ({ scope: "process", run() {}, options: {} }),
      "Write defineCheck({ scope, run, … }) for a check of your own.",
    ],
    [
      "a check that is made by hand, by another name than run",
      () => ({ check() {}, timeout: 300 }),
      "Write defineCheck({ scope, run, … }) for a check of your own.",
    ],
    ["a class", () => class Queue {}, "Pass an instance: new Queue(…)."],
    ["a class of a client", () => pg.Pool, "Pass an instance: new Pool(…)."],
    [
      "a class that is bounded",
      () => class BoundedQueue {},
      "Pass an instance: new BoundedQueue(…).",
    ],
  ];

  test.each(mistakes)("%s is refused with what to write", (_, mistake, remedy) => {
    const given = mistake();
    const { code, message } = haleErrorOf(() =>
      createHealth({ logger: false, checks: { db: given as never } }),
    );
    expect(code).toBe("HALE_UNKNOWN_CLIENT");
    expect(message).toContain(`which hale does not recognise. ${remedy}`);
    expect(message).toContain("It takes an async function, a check");
    expect(message).not.toContain(SECRET);
  });

  test("what the errors say to write is taken", async () => {
    const { pool } = clients();
    const health = createHealth({
      logger: false,
      checks: {
        database: postgres({ client: pool, timeout: 300 }),
        cache: fromUrl("redis://127.0.0.1:1"),
        own: defineCheck({ scope: "process", run() {} }),
        several: group({ one: async () => {} }),
        named: group(["own"]),
      },
    });
    await health.close();
  });
});

test.each([undefined, ""])("a token whose variable is not set, as %j, is refused so", (token) => {
  const tokens = ["0123456789abcdef", token as string];
  const { code, message } = haleErrorOf(() => createHealth({ http: { tokens } }));
  expect(code).toBe("HALE_WEAK_TOKEN");
  expect(message).toContain("Access token 2 ");
  expect(message).toContain("but is not set: check its environment variable.");
});

test("a pg Client that was never connected is down with what to call, and up once that is done", async () => {
  const server = await postgresServer.start();
  onTestFinished(() => server.stop());
  const client = new pg.Client(server.url);
  client.on("error", () => {});
  const { becomes, health, reasonOf } = await startService({ checks: { database: client } });
  await becomes("/readyz", 503);
  expect(await reasonOf("database")).toBe(
    'The client is not connected: its state is "never connected; call connect()".',
  );
  const { checks } = await health.report("deep");
  expect(checks).toMatchObject([{ code: "HALE_NOT_CONNECTED" }]);
  await client.connect();
  await becomes("/readyz", 200);
  await health.close();
  await client.end();
});
