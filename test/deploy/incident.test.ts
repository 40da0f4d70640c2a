import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { ask } from "../_support/ask.ts";
import { blocksIn, sectionOf } from "../house/_pages.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { postgres } from "../servers/postgres.ts";

const PAGE = "docs/observe.md";

/** The lines of the first piece of text in a section of the page. */
function shownIn(heading: string): string[] {
  const [block] = blocksIn(PAGE, sectionOf(PAGE, heading)).filter(
    ({ language }) => language === "text",
  );
  return (block?.code ?? "").trim().split("\n");
}

const lines: string[] = [];
const reasons = new Set<string>();
let metrics = "";
let database: RunningServer;
const closes: (() => unknown)[] = [];

/** The incident of the page: PostgreSQL stops responding, and responds again. */
beforeAll(async () => {
  database = await postgres.start();
  const pool = new pg.Pool({ connectionString: database.url });
  pool.on("error", () => {});
  const log = (line: unknown) => void lines.push(String(line));
  const health = createHealth({
    checks: { database: pool, cache: async () => {} },
    defaults: { maxAge: 0 },
    logger: { info: log, warn: log, error: log },
  });
  const server = await listen(health, { port: 0, host: "127.0.0.1", expose: "details" });
  closes.push(
    database.stop,
    () => pool.end(),
    () => server.close(),
    () => health.close(),
  );

  const probe = async () => {
    const { status, body } = await ask(server.url, "GET", "/health/deep");
    const { reason, code } = JSON.parse(body).checks.database;
    if (reason !== undefined) reasons.add(`${reason} ${code}`);
    return status;
  };
  await until("it is up", async () => (await probe()) === 200);
  await database.pause();
  await until("a connection is being opened", async () => {
    await probe();
    return [...reasons].some((reason) => reason.includes("HALE_CONNECTING"));
  });
  metrics = (await ask(server.url, "GET", "/health/deep?format=prometheus")).body;
  await database.resume();
  await until("it is up again", async () => (await probe()) === 200);
}, 180_000);

afterAll(async () => {
  for (const close of closes.reverse()) await close();
});

describe("the page of observability shows what the incident was like", () => {
  test.each(shownIn("### 3. The log"))("in the log: %s", (line) => {
    expect(lines).toContain(line);
  });

  test.each(shownIn("### 4. The metrics"))("in the metrics: %s", (line) => {
    // A count is left open.
    const [name = "", value = ""] = line.split(/ (?=\S+$)/);
    const found = metrics.split("\n").find((one) => one.startsWith(`${name} `));
    expect(found?.slice(name.length + 1)).toMatch(
      value === "…" ? /^[1-9]\d*$/ : new RegExp(`^${value}$`),
    );
  });

  test.each([
    "No answer within 500 ms. HALE_TIMEOUT",
    "No answer within 500 ms: the connection is still being opened. HALE_CONNECTING",
  ])("in details: %s", (reason) => {
    expect([...reasons]).toContain(reason);
  });
});
