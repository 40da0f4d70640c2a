import Database from "better-sqlite3";
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect } from "kysely";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { kysely } from "../../src/checks/kysely.ts";
import { runCheck } from "../_support/run-check.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";

layerContract("kysely", "Kysely (pg)", {
  check: kysely,
  open(connectionString, max = 10): Kysely<unknown> {
    const pool = new pg.Pool({ connectionString, max });
    pool.on("error", () => {});
    // Nobody listens to a connection that is lent, and one that breaks then ends the process.
    pool.on("connect", (connection) => connection.on("error", () => {}));
    const client = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    // It waits for connections that hang; those end as the server goes.
    onTestFinished(() => void client.destroy().catch(() => {}));
    return client;
  },
  close: (client) => client.destroy(),
});

test("SQLite is up, also with a plugin that rewrites queries and rows", async () => {
  const client = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: new Database(":memory:") }),
    plugins: [new CamelCasePlugin()],
  });
  onTestFinished(() => client.destroy());
  expect(await runCheck(kysely({ client }), 5000)).toMatchObject({ status: "up" });
});

test("what the service logs of queries shows the check's as any other", async () => {
  const logged: string[] = [];
  const client = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: new Database(":memory:") }),
    log({ query }) {
      logged.push(query.sql);
    },
  });
  onTestFinished(() => client.destroy());
  await runCheck(kysely({ client }), 5000);
  expect(logged).toEqual(["select 1 as one"]);
});

test("at most one query waits for an answer", async () => {
  let asked = 0;
  const client = {
    executeQuery: () => {
      asked++;
      return new Promise<never>(() => {});
    },
  };
  const check = kysely({ client });
  for (let run = 0; run < 3; run++) await runCheck(check, 20);
  expect(asked).toBe(1);
});

test("a reply that is not 1 is down", async () => {
  const client = { executeQuery: async () => ({ rows: [{ one: "2" }] }) };
  expect(await runCheck(kysely({ client }))).toMatchObject({
    status: "down",
    reason: 'Expected 1, got "2".',
  });
});

refusesWhatIsNoClient("kysely", kysely);

test("what is no client is a type error", () => {
  // @ts-expect-error it runs no query
  expect(() => kysely({ client: { selectFrom: () => {} } })).toThrow();
});
