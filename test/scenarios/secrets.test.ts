import { createServer } from "node:http";
import { Writable } from "node:stream";
import pg from "pg";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import { closedPort } from "../_support/tcp.ts";

const SECRET = "s3cret";
const TOKEN = "0123456789abcdef";

/** Texts that drivers and clients put into errors. */
const TEXTS = [
  `postgres://user:${SECRET}@host/db`,
  `could not connect with password=${SECRET}`,
  `401 for Authorization: Bearer ${SECRET}`,
  `host=db user=app password='${SECRET}' dbname=shop`,
  `{"user":"app","password":"${SECRET}"}`,
  `https://api.example/v1?token=${SECRET}&page=2`,
  `two urls amqp://a:${SECRET}@one and redis://:${SECRET}@two`,
];

/** Every place of an error that may hold a text. */
const CARRIERS: Readonly<Record<string, (text: string) => unknown>> = {
  message: (text) => new Error(text),
  stack: (text) => Object.assign(new Error("refused"), { stack: text }),
  cause: (text) => new Error("refused", { cause: new Error(text) }),
  "cause of a cause": (text) =>
    new Error("refused", { cause: new Error("again", { cause: text }) }),
  errors: (text) => new AggregateError([new Error("refused"), new Error(text)]),
  "what Sequelize has wrapped": (text) =>
    Object.assign(new Error("refused"), { original: new Error(text), parent: new Error(text) }),
  "a code": (text) => Object.assign(new Error("refused"), { code: text }),
  "a code of a cause": (text) =>
    new Error("refused", { cause: Object.assign(new Error("again"), { code: text }) }),
  properties: (text) =>
    Object.assign(new Error("refused"), { config: { url: text }, detail: text, code: text }),
  "an object that is no error": (text) => ({ message: text, toString: () => text }),
  "a string": (text) => text,
  "an outcome": (text) => ({ outcome: { status: "degraded", reason: text } }),
  "the code of an outcome": (text) => ({
    outcome: { status: "degraded", reason: "slow", code: text },
  }),
  "an observation": (text) => ({
    outcome: { status: "degraded", observations: { url: { value: text } } },
  }),
  "the unit of an observation": (text) => ({
    outcome: { status: "degraded", observations: { load: { value: 1, unit: text } } },
  }),
};

/** A service whose check fails with this, and all that it logs. */
async function startLeaking(fail: () => Promise<unknown>) {
  const logged: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const health = createHealth({
    checks: { database: fail },
    logger: pino(stream),
    defaults: { maxAge: 0 },
    http: { tokens: [TOKEN] },
  });
  health.on("change", (event) => logged.push(JSON.stringify(event)));
  const server = createServer();
  attach(server, health);
  const { base, close } = await serve(server);
  onTestFinished(async () => {
    await health.close();
    await close();
  });
  return { base, health, logged };
}

async function everythingSaid(fail: () => Promise<unknown>): Promise<string> {
  const { base, health, logged } = await startLeaking(fail);
  const said: string[] = [];
  for (const path of ["/health", "/health/ready", "/health/deep", "/health/deep/database"]) {
    for (const authorization of ["", `Bearer ${TOKEN}`]) {
      const { headers, body } = await ask(base, "GET", path, { headers: { authorization } });
      said.push(JSON.stringify(headers), body);
    }
  }
  said.push(JSON.stringify(await health.report("deep")), ...logged);
  return said.join("\n");
}

const cases = Object.entries(CARRIERS).flatMap(([place, carry]) =>
  TEXTS.map((text) => ({ place, text, carry })),
);

test.for(cases)("a secret in $place is told nowhere: $text", async ({ text, carry }) => {
  const said = await everythingSaid(async () => {
    const failure = carry(text);
    if (typeof failure === "object" && failure !== null && "outcome" in failure) {
      return failure.outcome;
    }
    throw failure;
  });
  expect(said).toMatch(/degraded|failed/);
  expect(said).not.toContain(SECRET);
});

test("the errors of a real driver, which hold its whole configuration, tell nothing", async () => {
  const url = `postgres://user:${SECRET}@127.0.0.1:${await closedPort()}/shop`;
  const pool = new pg.Pool({ connectionString: url });
  onTestFinished(() => pool.end());
  const said = await everythingSaid(() => pool.query("select 1"));
  expect(said).toContain("ECONNREFUSED");
  expect(said).not.toContain(SECRET);
});

test("a failed start-up task is logged without its secret", async () => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const health = createHealth({ logger });
  health.addStartupTask("open the database", () => Promise.reject(new Error(TEXTS[0])));
  await expect.poll(() => logger.error.mock.calls.length).toBe(1);
  expect(JSON.stringify([logger, await health.report("startup")])).not.toContain(SECRET);
  expect(String(logger.error.mock.calls[0])).toContain("open the database");
});

test("the name of a start-up task is shown without its secret, in one line", async () => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const health = createHealth({ logger });
  health.addStartupTask(`open\n${TEXTS[0]}`, () => Promise.reject(new Error("refused")));
  await expect.poll(() => logger.error.mock.calls.length).toBe(1);
  const said = JSON.stringify([logger.error.mock.calls, await health.report("startup")]);
  expect(said).toContain("open postgres://***@host/db");
  expect(said).not.toContain(SECRET);
});
