import { createServer } from "node:http";
import { createRequire } from "node:module";
import { mock } from "node:test";
import createFastify from "fastify";
import supertest from "supertest";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthHandler } from "../../src/adapters/fetch.ts";
import { attach } from "../../src/adapters/node.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth } from "../../src/health.ts";
import { type FakeHealth, fakeHealth } from "../../src/testing/fake-health.ts";
import { healthMatchers } from "../../src/testing/vitest.ts";

expect.extend(healthMatchers);

let health: FakeHealth;
beforeEach(() => {
  health = fakeHealth({
    database: "up",
    cache: { status: "up", critical: false },
    payments: group({ gateway: "up", ledger: "up" }),
  });
});

/** The message of an assertion that fails. */
async function messageOf(assertion: Promise<void>): Promise<string> {
  return assertion.then(
    () => "It holds.",
    (failure: Error) => failure.message,
  );
}

describe("of a health", () => {
  test("toBeReady, toBeLive and toBeStarted are what the probe answers", async () => {
    await expect(health).toBeReady();
    await expect(health).toBeLive();
    await expect(health).toBeStarted();
    health.set("cache", "down");
    await expect(health).toBeReady();
    health.set("database", "down");
    await expect(health).not.toBeReady();
    await expect(health).toBeLive();
  });

  test("toBeStarted waits for startup", async () => {
    const starting = fakeHealth({}, { startup: { manual: true } });
    await expect(starting).not.toBeStarted();
    starting.markStarted();
    await expect(starting).toBeStarted();
  });

  test("toBeHealthy is every check up", async () => {
    await expect(health).toBeHealthy();
    health.set("cache", "down");
    await expect(health).not.toBeHealthy();
  });

  test("toHaveCheck has the status, the reason and the code", async () => {
    health.set("database", {
      status: "down",
      reason: "connect ECONNREFUSED",
      code: "ECONNREFUSED",
    });
    await expect(health).toHaveCheck("database");
    await expect(health).toHaveCheck("database", "down");
    await expect(health).not.toHaveCheck("database", "up");
    await expect(health).toHaveCheck("database", { reason: /refused/i, code: "ECONNREFUSED" });
    await expect(health).not.toHaveCheck("database", { reason: "connect" });
    await expect(health).not.toHaveCheck("cache", { reason: "connect" });
  });

  test("toHaveCheck takes asymmetric matchers", async () => {
    health.set("database", { status: "down", reason: "connect ECONNREFUSED", code: "E1" });
    const refused = expect.stringContaining("REFUSED");
    await expect(health).toHaveCheck("database", { reason: refused });
    await expect(health).toHaveCheck("database", { status: "down", code: expect.any(String) });
    await expect(health).toHaveCheck("database", { status: expect.stringMatching(/down|unknown/) });
    await expect(health).not.toHaveCheck("database", { reason: expect.stringContaining("reset") });
    await expect(health).not.toHaveCheck("cache", { reason: refused });
    expect(
      await messageOf(expect(health).toHaveCheck("cache", { status: "down", reason: refused })),
    ).toBe(
      'Expected the check cache to be there, down, with the reason StringContaining "REFUSED".\n\ncache is up',
    );
  });

  test("toHaveCheck finds groups, and checks of any probe", async () => {
    health.set("payments.ledger", "down");
    await expect(health).toHaveCheck("payments", "down");
    await expect(health).toHaveCheck("payments.gateway", "up");
    const live = fakeHealth({ heap: { status: "up", scope: "process", probes: ["liveness"] } });
    await expect(live).toHaveCheck("heap", "up");
  });

  test("a failure of a group says what each of its members is", async () => {
    health.set("payments.ledger", { status: "down", reason: "It is closed.", code: "E1" });
    expect(await messageOf(expect(health).toHaveCheck("payments", "up"))).toBe(
      [
        "Expected the check payments to be there, up.",
        "",
        "payments is down",
        "  payments.gateway is up",
        "  payments.ledger is down (E1: It is closed.)",
      ].join("\n"),
    );
  });

  test("of a check that hangs they hold once the clock has moved", async () => {
    health.set("database", "hanging");
    const assertion = expect(health).not.toBeReady();
    await health.clock.advance(1000);
    await assertion;
  });

  test("a check that hangs while the clock stands is an error, also with not", async () => {
    health.set("database", "hanging");
    const failures = await Promise.all([
      messageOf(expect(health).toBeReady()),
      messageOf(expect(health).not.toBeHealthy()),
      messageOf(expect(health).toHaveCheck("database", "up")),
    ]);
    for (const failure of failures) {
      expect(failure).toMatch(/waits for a check that hangs \(database\).*clock\.advance\(1000\)/);
    }
    // Live follows no dependency.
    await expect(health).toBeLive();
  });

  test("it is one too where fake timers replace those of the module, which a require build reads", async () => {
    const hale: typeof import("../../src/testing/index.ts") = createRequire(import.meta.url)(
      "../../dist/testing/index.cjs",
    );
    mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
    onTestFinished(() => mock.timers.reset());
    const held = hale.healthMatchers.toBeReady(hale.fakeHealth({ database: "hanging" }));
    await expect(held).rejects.toMatchObject({ code: "HALE_CLOCK_STOPPED" });
  }, 20_000);

  test("of createHealth they hold from the turn in which it was made", async () => {
    const service = createHealth({ logger: false, checks: { database: async () => {} } });
    await expect(service).toBeReady();
    await expect(service).toHaveCheck("database", "up");
    await service.close();
  });

  test("a failure says what was expected, and what each check is", async () => {
    health.set("database", {
      status: "down",
      reason: "connect ECONNREFUSED",
      code: "ECONNREFUSED",
    });
    expect(await messageOf(expect(health).toBeReady())).toBe(
      [
        "Expected readiness to be 200.",
        "",
        "readiness is down; the service is serving",
        "  database is down (ECONNREFUSED: connect ECONNREFUSED)",
        "  cache is up",
        "  payments.gateway is up",
        "  payments.ledger is up",
      ].join("\n"),
    );
    expect(await messageOf(expect(health).not.toBeLive())).toMatch(
      /^Expected liveness not to be 200\./,
    );
    expect(
      await messageOf(expect(health).toHaveCheck("cache", { status: "down", reason: /x/ })),
    ).toBe("Expected the check cache to be there, down, with the reason /x/.\n\ncache is up");
    const starting = fakeHealth({});
    starting.addStartupTask("load the prices", new Promise(() => {}));
    expect(await messageOf(expect(starting).toBeReady())).toContain(
      'start-up task "load the prices" is pending',
    );
  });
});

/** A response as Playwright's APIResponse is, whose methods need their object. */
class ResponseWithMethods {
  readonly #status: number | undefined;
  readonly #text: string | undefined;

  constructor(status: number | undefined, text: string | undefined) {
    this.#status = status;
    this.#text = text;
  }

  status() {
    return this.#status;
  }

  async text() {
    return this.#text;
  }
}

describe("of a response", () => {
  async function responsesTo(path: string): Promise<[string, unknown][]> {
    const server = createServer();
    attach(server, health);
    const app = createFastify();
    await app.register(healthPlugin(health));
    const fetched = await healthHandler(health)(new Request(`http://service${path}`));
    return [
      ["supertest", await supertest(server).get(path)],
      ["inject", await app.inject(path)],
      ["fetch", fetched],
      ["handle", await health.handle({ method: "GET", url: path, header: () => undefined })],
      ["axios", { status: fetched?.status, data: await fetched?.clone().json() }],
      ["methods", new ResponseWithMethods(fetched?.status, await fetched?.clone().text())],
    ];
  }

  test("toBeHealthy is 200 with ok or healthy, from every client", async () => {
    for (const path of ["/health/ready", "/health/deep"]) {
      for (const [client, response] of await responsesTo(path)) {
        await expect(response, `${client} ${path}`).toBeHealthy();
      }
    }
    health.set("cache", "down");
    for (const [, response] of await responsesTo("/health/deep")) {
      await expect(response).not.toBeHealthy();
    }
    health.set("database", "down");
    for (const [, response] of await responsesTo("/health/ready")) {
      await expect(response).not.toBeHealthy();
    }
  });

  test("toHaveCheck reads the words of deep, with and without details", async () => {
    health.set("database", "down");
    for (const expose of ["checks", "details"] as const) {
      const detailed = fakeHealth({ database: "down", cache: "up" }, { http: { expose } });
      const response = await detailed.handle({
        method: "GET",
        url: "/health/deep",
        header: () => undefined,
      });
      await expect(response).toHaveCheck("database", "down");
      await expect(response).toHaveCheck("cache", "up");
      await expect(response).not.toHaveCheck("cache", "down");
      await expect(response).toHaveCheck("cache", { status: expect.stringMatching("up") });
      await expect(response).not.toHaveCheck("cache", { status: expect.stringMatching("down") });
    }
  });

  test("a response of fetch can still be read", async () => {
    const response = await healthHandler(health)(new Request("http://service/health/ready"));
    await expect(response).toBeHealthy();
    expect(await response?.json()).toEqual({ status: "ok" });
  });

  test("a failure says what the response was", async () => {
    health.set("database", "down");
    const [[, response] = []] = await responsesTo("/health/deep");
    expect(await messageOf(expect(response).toBeHealthy())).toMatch(
      /^Expected a response to be 200 with "ok" or "healthy"\.\n\nThe response is 503 "unhealthy"\n {2}database is "failed"/,
    );
  });
});

describe("misuse is an error, also with not:", () => {
  const other = new Response("<h1>Not found</h1>", { status: 404 });
  const responseTo = (path: string) => healthHandler(health)(new Request(`http://service${path}`));
  test.each<[string, () => Promise<void>, RegExp]>([
    ["a promise", () => expect(Promise.resolve(health)).not.toBeReady(), /Await it first/],
    [
      "the promise of a response",
      () => expect(Promise.resolve(other)).not.toBeHealthy(),
      /Await it first/,
    ],
    ["a response", () => expect(other.clone()).not.toBeReady(), /use toBeHealthy\(\)/],
    ["no response", () => expect(undefined).not.toBeHealthy(), /but is undefined/],
    [
      "another body",
      () => expect(other.clone()).not.toBeHealthy(),
      /status 404 and another body.*\/health\/ready/,
    ],
    [
      "a body of another package",
      () => expect(Response.json({ status: "UP" })).not.toBeHealthy(),
      /status 200 and another body/,
    ],
    [
      "a state",
      () => expect(health).not.toHaveCheck("database", "dwon" as never),
      /Did you mean "down"/,
    ],
    [
      "a response that names no checks",
      async () => expect(await responseTo("/health/ready")).not.toHaveCheck("database", "down"),
      /names none\. Request \/health\/deep/,
    ],
    [
      "the reason of a response",
      async () =>
        expect(await responseTo("/health/deep")).not.toHaveCheck("database", { reason: /refused/ }),
      /"reason" of toHaveCheck\(\) must be left out for a response/,
    ],
    [
      "the code of a response",
      async () => expect(await responseTo("/health/deep")).not.toHaveCheck("cache", { code: "E" }),
      /"code" of toHaveCheck\(\) must be left out for a response/,
    ],
    [
      "a matcher in the place of the parts",
      () => expect(health).not.toHaveCheck("database", expect.stringContaining("refused")),
      /must be a status, or an object.* Put the asymmetric matcher into it/,
    ],
    [
      "a list of states",
      () => expect(health).not.toHaveCheck("database", ["down"] as never),
      /must be a status, or an object of status, reason and code, but is a list of 1/,
    ],
    [
      "a reason that is a number",
      () => expect(health).not.toHaveCheck("database", { reason: 5 as never }),
      /must be a text, a regular expression, or an asymmetric matcher, but is 5/,
    ],
    [
      "a name that no check has",
      () => expect(health).not.toHaveCheck("databse", "down"),
      /^toHaveCheck\(\) found no check "databse"\. Did you mean "database"\? There are: database, cache, payments\.gateway, payments, payments\.ledger\.$/,
    ],
    [
      "a member of a group without the group",
      () => expect(health).not.toHaveCheck("gatway"),
      /Did you mean "payments\.gateway"\?/,
    ],
    [
      "a name that is not in a response",
      async () => expect(await responseTo("/health/deep")).not.toHaveCheck("constructor"),
      /found no check "constructor"\. There are: database, cache,/,
    ],
    [
      "a group of a response",
      async () => expect(await responseTo("/health/deep")).not.toHaveCheck("payments", "down"),
      /It is a group here; name one of its members: payments\.gateway, payments\.ledger\./,
    ],
    [
      "an option",
      () => expect(health).not.toHaveCheck("database", { staus: "up" } as never),
      /"status"/,
    ],
  ])("%s", async (_, misuse, message) => {
    await expect(misuse()).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  test("a response whose body was read", async () => {
    const response = new Response('{"status":"ok"}');
    await response.text();
    await expect(expect(response).toBeHealthy()).rejects.toThrow(/cannot be read: .*[^.]\.$/);
  });
});
