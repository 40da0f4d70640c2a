import { createServer, type Server } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { type HaleOptions, hale } from "../../src/checks/hale.ts";
import { readVerdict } from "../../src/checks/internal/http/hale-verdict.ts";
import { defineCheck } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import { markAsHop } from "../../src/contract/hop.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { listen } from "../../src/server/listen.ts";
import { ask } from "../_support/ask.ts";
import { serve as serveHealth } from "../_support/compose.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { upstream } from "../servers/upstream.ts";

const TOKEN = "token-of-the-other-service";

/** A server that listens, whose health is attached once the addresses of all are known. */
async function startServer(): Promise<{ server: Server; base: string }> {
  const server = createServer((_, response) => response.writeHead(404).end());
  const { base, close } = await serve(server);
  onTestFinished(close);
  return { server, base };
}

function attachHealth(server: Server, options: HealthOptions) {
  const health = createHealth({
    logger: false,
    ...options,
    defaults: { maxAge: 0, ...options.defaults },
  });
  onTestFinished(() => health.close());
  attach(server, health);
  return health;
}

/** Another hale service, which ends with the test. */
async function startOther(options: HealthOptions = {}): Promise<string> {
  const { server, base } = await startServer();
  attachHealth(server, { ...options, http: { ...options.http, tokens: [TOKEN] } });
  return base;
}

const outcomeOf = async (other: HealthOptions, options: Omit<HaleOptions, "url"> = {}) =>
  runCheck(hale({ url: await startOther(other), ...options }), 10_000);

checkContract("hale", {
  up: async () => hale({ url: await startOther() }),
  down: async () => hale({ url: `http://127.0.0.1:${await closedPort()}` }),
  hanging: async () =>
    hale({ url: `http://127.0.0.1:${await startTcp((socket) => socket.resume())}` }),
});

const failing = async () => {
  throw new Error("The disk is on fire.");
};

describe("another service", () => {
  test("that is ready is up, and the time that it took is observed", async () => {
    expect(await outcomeOf({ checks: { database: async () => {} } })).toMatchObject({
      status: "up",
      observations: {
        responseTime: { value: expect.any(Number), unit: "ms" },
        status: { value: 200 },
      },
    });
  });

  test("that is not ready is down", async () => {
    expect(await outcomeOf({ checks: { database: failing } })).toMatchObject({
      status: "down",
      reason: "The service says that it is failed.",
    });
  });

  test("that is not ready names what fails to an access token, and why", async () => {
    const checks = { database: failing, cache: async () => {} };
    expect(await outcomeOf({ checks }, { token: TOKEN })).toMatchObject({
      status: "down",
      reason: "The service says that it is unhealthy: database failed (The disk is on fire.)",
    });
  });

  test("that is degraded is degraded", async () => {
    const optional = defineCheck({ scope: "dependency", critical: false, run: failing });
    expect(await outcomeOf({ checks: { optional } }, { token: TOKEN })).toMatchObject({
      status: "degraded",
      reason: "The service says that it is degraded: optional failed (The disk is on fire.)",
    });
    expect(await outcomeOf({ checks: { optional } })).toMatchObject({ status: "up" });
  });

  test("that drains is down", async () => {
    const { server, base } = await startServer();
    const health = attachHealth(server, {});
    health.drain();
    expect(await runCheck(hale({ url: base }), 10_000)).toMatchObject({ status: "down" });
  });

  test("may be asked at a path of its own", async () => {
    const base = await startOther({ http: { paths: { readiness: "/status/ready" } } });
    expect(await runCheck(hale({ url: `${base}/status/ready` }), 10_000)).toMatchObject({
      status: "up",
    });
  });

  test.each<[string, HealthOptions["http"] & object]>([
    ["spring", { format: "spring" }],
    ["kubernetes", { format: "kubernetes" }],
    [
      "a function",
      { format: ({ status }) => ({ status: status === "down" ? 500 : 201, body: "" }) },
    ],
  ])("that has its own format, %s, is read all the same", async (_, http) => {
    for (const token of [undefined, TOKEN]) {
      const options = token === undefined ? {} : { token };
      const good = await outcomeOf({ checks: { database: async () => {} }, http }, options);
      expect(good).toMatchObject({ status: "up", observations: { status: { value: 200 } } });
      expect(await outcomeOf({ checks: { database: failing }, http }, options)).toMatchObject({
        status: "down",
        reason: expect.stringContaining("The service says that it is "),
      });
    }
  });

  test("that has another token is asked for the names alone, and the token is not told", async () => {
    const outcome = await outcomeOf(
      { checks: { database: failing } },
      { token: "another-token-of-ours" },
    );
    expect(outcome).toMatchObject({
      status: "down",
      reason: "The service says that it is unhealthy: database failed",
    });
  });

  test.each([
    ["health", '{"status":"healthy","checks":{}}', { status: "up" }],
    [
      "unhealthy",
      '{"status":"unhealthy","checks":{"db":{"status":"failed","reason":"not unhealthy"}}}',
      { status: "down", reason: "The service says that it is unhealthy: db failed (not ***)" },
    ],
    ["swordfish", "swordfish", { status: "down", code: "HALE_UNEXPECTED_REPLY" }],
  ])(
    "that is asked with the password %s is read as it is, and quoted without the password",
    async (password, body, expected) => {
      const { base, close } = await serve(createServer((_, response) => response.end(body)));
      onTestFinished(close);
      const url = base.replace("//", `//user:${password}@`);
      const outcome = await runCheck(hale({ url }), 10_000);
      expect(outcome).toMatchObject(expected);
      expect(outcome.reason ?? "").not.toContain("swordfish");
    },
  );

  test("that is no hale service is down, and the reason quotes what it said", async () => {
    const server = createServer((_, response) => response.end("<html>"));
    const { base, close } = await serve(server);
    onTestFinished(close);
    expect(await runCheck(hale({ url: base }), 10_000)).toMatchObject({
      status: "down",
      reason: 'Expected the health of a hale service, got "200 <html>".',
    });
  });
});

test.each<[number, string, object]>([
  [200, '{"status":"ok"}', { status: "up" }],
  [200, '{"status":"healthy","checks":{}}', { status: "up" }],
  [503, '{"status":"failed"}', { status: "down", reason: "The service says that it is failed." }],
  [
    503,
    '{"status":"unhealthy","reason":"Still starting.","checks":{"a":"ok"}}',
    { status: "down", reason: "The service says that it is unhealthy: Still starting." },
  ],
  [
    200,
    JSON.stringify({
      status: "degraded",
      checks: Object.fromEntries("abcdefg".split("").map((name) => [name, "failed"])),
    }),
    {
      status: "degraded",
      reason:
        "The service says that it is degraded: a failed, b failed, c failed, d failed, e failed",
    },
  ],
])("%i %s is read", (code, text, outcome) => {
  expect(readVerdict(code, text, (shown) => shown)).toEqual(outcome);
});

test.each([
  [200, ""],
  [200, "null"],
  [200, '{"status":"constructor"}'],
  [404, '{"status":"ok"}'],
])("%i %j is not the health of a hale service", (code, text) => {
  expect(() => readVerdict(code, text, (shown) => shown)).toThrow(
    "Expected the health of a hale service",
  );
});

describe("a request with the hop header", () => {
  const hop = { "hale-hop": "1" };

  test("is answered without the checks that ask another health, and these do not run", async () => {
    let asked = 0;
    const other = markAsHop(
      defineCheck({
        scope: "dependency",
        run() {
          asked++;
          throw new Error("It is not there.");
        },
      }),
    );
    const { seen } = await serveHealth({ checks: { other, database: async () => {} } });
    expect(await seen("/health/deep", hop)).toBe(
      '200 {"status":"healthy","checks":{"database":"ok"}}',
    );
    expect(await seen("/health/ready", hop)).toBe('200 {"status":"ok"}');
    expect(asked).toBe(0);
    expect(await seen("/health/deep")).toBe(
      '503 {"status":"unhealthy","checks":{"other":"failed","database":"ok"}}',
    );
    expect(asked).toBe(1);
  });

  test("is not answered with what was kept for others, nor they with its answer", async () => {
    const other = markAsHop(defineCheck({ scope: "dependency", run: failing }));
    const { seen } = await serveHealth({ checks: { other } });
    expect(await seen("/health/ready")).toBe('503 {"status":"failed"}');
    expect(await seen("/health/ready", hop)).toBe('200 {"status":"ok"}');
    expect(await seen("/health/ready")).toBe('503 {"status":"failed"}');
  });

  test("is answered with what else the service depends on", async () => {
    const { seen } = await serveHealth({ checks: { database: failing } });
    expect(await seen("/health/ready", hop)).toBe('503 {"status":"failed"}');
  });

  test("leaves out those in groups as well, and says nothing of it in the text", async () => {
    const other = markAsHop(defineCheck({ scope: "dependency", run: failing }));
    const { seen } = await serveHealth({
      checks: { payments: group({ other }), database: async () => {} },
    });
    expect(await seen("/health/ready?verbose", hop)).toBe(
      "200 [+]database ok\nreadyz check passed\n",
    );
  });
});

describe("services that ask each other", () => {
  /** So many services, each of which asks the next one, and the last the first. */
  async function startCircle(
    count: number,
    checksOf: (index: number) => HealthOptions["checks"] = () => ({}),
  ) {
    const servers = await Promise.all(Array.from({ length: count }, () => startServer()));
    const asked = servers.map(() => 0);
    servers.forEach(({ server }, index) => {
      const client: HaleOptions["client"] = (url, request) => {
        asked[index] = (asked[index] ?? 0) + 1;
        return fetch(url, request);
      };
      const next = servers[(index + 1) % count]?.base ?? "";
      attachHealth(server, {
        deadline: 30_000,
        checks: { next: hale({ url: next, client }), ...checksOf(index) },
        defaults: {
          // Far more than the test takes: a wait for oneself would show as this long.
          timeout: 20_000,
        },
      });
    });
    return { bases: servers.map(({ base }) => base), asked };
  }

  test.each([1, 2, 3, 5])(
    "in a circle of %i are ready, and none waits for itself",
    async (count) => {
      const { bases } = await startCircle(count);
      const replies = await Promise.all(bases.map((base) => ask(base, "GET", "/health/ready")));
      expect(replies.map(({ status }) => status)).toEqual(bases.map(() => 200));
    },
  );

  test("ask once for a question, and nobody asks back", async () => {
    const { bases, asked } = await startCircle(2);
    await ask(bases[0] as string, "GET", "/health/ready");
    // The first has asked the second, which has answered without asking back.
    expect(asked).toEqual([1, 0]);
  });

  test("are all ready again once what had failed works again", async () => {
    let broken = true;
    const database = async () => {
      if (broken) throw new Error("It is broken.");
    };
    const { bases } = await startCircle(2, (index) => (index === 0 ? { database } : {}));
    const statuses = async () =>
      (await Promise.all(bases.map((base) => ask(base, "GET", "/health/ready")))).map(
        ({ status }) => status,
      );
    expect(await statuses()).toEqual([503, 503]);
    broken = false;
    expect(await statuses()).toEqual([200, 200]);
  });
});

test.each([false, true])(
  "a port of its own answers the question of another service so as well, with the probe thread: %s",
  async (thread) => {
    const other = markAsHop(defineCheck({ scope: "dependency", run: failing }));
    const health = createHealth({ logger: false, checks: { other, database: async () => {} } });
    const { url, close } = await listen(health, { port: 0, host: "127.0.0.1", thread });
    // With a thread, startup waits for a server of the service, and there is none here.
    if (thread) health.markStarted();
    onTestFinished(async () => {
      await close();
      await health.close();
    });
    const deep = (headers: Record<string, string>) => ask(url, "GET", "/health/deep", { headers });
    expect(await deep({})).toMatchObject({
      status: 503,
      body: '{"status":"unhealthy","checks":{"other":"failed","database":"ok"}}',
    });
    expect(await deep({ "hale-hop": "1" })).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"database":"ok"}}',
    });
    expect(await ask(url, "GET", "/", { headers: { "hale-hop": "1" } })).toMatchObject({
      status: 200,
    });
  },
);

test("the question of another service is no prober that a drain has to tell", async () => {
  const { server, base } = await startServer();
  const told: number[] = [];
  const { events } = internalsOf("the test", attachHealth(server, {}));
  events.on("readiness", ({ status }) => told.push(status));
  await runCheck(hale({ url: base }), 10_000);
  expect(told).toEqual([]);
  await ask(base, "GET", "/health/ready");
  expect(told).toEqual([200]);
});

test.each<object>([
  {},
  { url: "payments:3000" },
  { url: "http://payments", token: "short" },
  { url: "http://payments", token: `${TOKEN}\n` },
  { url: "http://payments", client: {} },
])("%j is refused at once, and no token is shown", (options) => {
  const { code, message } = haleErrorOf(() => hale(options as never));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).not.toContain("token-of");
});

faultContract("hale", "the runtime's fetch", {
  start: () => upstream.start(),
  open: (url) => hale({ url }),
  wrongCredentials: {
    none: "up: with a wrong `token` the verdict is told all the same, without details",
  },
});
