import { execFile, spawn } from "node:child_process";
import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { sqlite } from "../../src/checks/sqlite.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { noFaults } from "../contracts/fault-contract.ts";
import { RUNTIMES } from "../runtimes/programs.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "hale-sqlite-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

interface Opened {
  readonly file: string;
  readonly client: Database.Database;
}

/** A database in a file of the test's own, with a table. */
async function open(options: Database.Options & { wal?: boolean } = {}): Promise<Opened> {
  const file = join(await folder(), "shop.db");
  const { wal = false, ...rest } = options;
  const maker = new Database(file);
  maker.pragma(`journal_mode = ${wal ? "wal" : "delete"}`);
  maker.exec("create table orders (id integer primary key, note text)");
  maker.close();
  const client = new Database(file, rest);
  onTestFinished(() => void client.close());
  return { file, client };
}

/** Another process that holds a lock on a database until it is told to let go. */
async function lockedBy(file: string, begin: string): Promise<() => Promise<void>> {
  const source = `
    const Database = require("better-sqlite3");
    const client = new Database(process.argv[1]);
    client.exec(process.argv[2]);
    console.log("locked");
    process.stdin.once("data", () => { client.exec("rollback"); client.close(); process.exit(); });
  `;
  const child = spawn(process.execPath, ["-e", source, file, begin], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return () =>
    new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.stdin.write("let go\n");
    });
}

describe("through better-sqlite3", () => {
  checkContract("sqlite", {
    up: async () => sqlite({ client: (await open()).client, writable: true }),
    async down() {
      const { client } = await open();
      client.close();
      return sqlite({ client });
    },
    async hanging() {
      const { file, client } = await open();
      await lockedBy(file, "begin exclusive");
      return sqlite({ client });
    },
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { database: (await open()).client } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"database":"ok"}}',
    });
  });

  test("the sizes of the database and of its log are observed", async () => {
    const { client } = await open({ wal: true });
    client.exec("insert into orders (note) values ('one')");
    const { observations } = await runCheck(sqlite({ client }));
    const pages = Number(client.pragma("page_count", { simple: true }));
    const size = pages * Number(client.pragma("page_size", { simple: true }));
    expect(observations?.fileSize).toEqual({ value: size, unit: "bytes" });
    expect(observations?.walSize?.value).toBeGreaterThan(4096);
  });

  test("a database in memory is up, and has no file", async () => {
    const client = new Database(":memory:");
    expect((await runCheck(sqlite({ client, writable: true }))).observations).toEqual({
      fileSize: { value: 0, unit: "bytes" },
    });
  });

  test("a database or a log that is too large is degraded or down, by the limit that it has reached", async () => {
    const { client } = await open({ wal: true });
    client.exec("insert into orders (note) values ('one')");
    const size = 2 * 4096;
    expect(await runCheck(sqlite({ client, fileSize: { degraded: size } }))).toMatchObject({
      status: "degraded",
      reason: `The database has ${size} bytes, and ${size} are too many.`,
    });
    expect(await runCheck(sqlite({ client, fileSize: { degraded: 1, down: size } }))).toMatchObject(
      { status: "down" },
    );
    expect(await runCheck(sqlite({ client, fileSize: { down: size + 1 } }))).toMatchObject({
      status: "up",
    });
    expect(await runCheck(sqlite({ client, walSize: { degraded: 1 } }))).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(/^The log has \d+ bytes, and 1 are too many\.$/),
    });
  });

  test("a database that was closed is down at once", async () => {
    const { client } = await open();
    client.close();
    expect(await runCheck(sqlite({ client }))).toMatchObject({
      status: "down",
      reason: "The database connection is not open",
    });
  });

  test("a file that was deleted is down, though SQLite goes on with what is no more there", async () => {
    const { file, client } = await open();
    const check = sqlite({ client });
    expect(await runCheck(check)).toMatchObject({ status: "up" });
    rmSync(file);
    expect(client.prepare("select count(*) from orders").get()).toBeDefined();
    expect(await runCheck(check)).toMatchObject({
      status: "down",
      reason:
        "The file of the database was deleted or replaced: what the service writes is lost when it ends.",
    });
  });

  test("a file that was replaced by another is down", async () => {
    const [{ file, client }, other] = [await open(), await open()];
    const check = sqlite({ client });
    expect(await runCheck(check)).toMatchObject({ status: "up" });
    renameSync(other.file, file);
    expect(await runCheck(check)).toMatchObject({ status: "down" });
  });

  test("a file that is no database any more is down", async () => {
    const { file, client } = await open();
    const check = sqlite({ client });
    expect(await runCheck(check)).toMatchObject({ status: "up" });
    truncateSync(file, 0);
    writeFileSync(file, "no database at all".repeat(1000));
    expect(await runCheck(check)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/not a database|malformed/),
    });
  });

  test("one that another process has locked is down, does not stop the loop, and is up once it is not", async () => {
    // A service that waits for a minute itself, inside of SQLite.
    const { file, client } = await open({ timeout: 60_000 });
    const letGo = await lockedBy(file, "begin exclusive");
    const check = sqlite({ client, timeout: 200 });
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(ticking));
    expect(await runCheck(check, 60_000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("database is locked"),
    });
    expect(turns).toBeGreaterThan(1);
    // The service's own waiting is as it was.
    expect(client.pragma("busy_timeout", { simple: true })).toBe(60_000);
    await letGo();
    expect(await runCheck(check)).toMatchObject({ status: "up" });
  });

  test("a lock that is let go in time is waited for", async () => {
    const { file, client } = await open();
    const letGo = await lockedBy(file, "begin exclusive");
    const outcome = runCheck(sqlite({ client, timeout: 60_000 }), 60_000);
    await letGo();
    expect(await outcome).toMatchObject({ status: "up" });
  });

  test("one that another process writes to is up, unless it must be writable", async () => {
    const { file, client } = await open({ wal: true });
    const letGo = await lockedBy(file, "begin immediate");
    expect(await runCheck(sqlite({ client }))).toMatchObject({ status: "up" });
    const check = sqlite({ client, writable: true, timeout: 60 });
    expect(await runCheck(check, 60_000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("database is locked"),
    });
    await letGo();
    expect(await runCheck(check, 60_000)).toMatchObject({ status: "up" });
  });

  test.each<[string, (opened: Opened) => Database.Database]>([
    ["was opened to be read", ({ file }) => new Database(file, { readonly: true })],
    [
      "may be read alone",
      ({ client }) => {
        client.pragma("query_only = 1");
        return client;
      },
    ],
  ])("one that %s is degraded where it must be writable, and else up", async (_, readOnly) => {
    const client = readOnly(await open());
    onTestFinished(() => void client.close());
    expect(await runCheck(sqlite({ client }))).toMatchObject({ status: "up" });
    expect(await runCheck(sqlite({ client, writable: true }))).toMatchObject({
      status: "degraded",
      reason: "The database is read-only.",
    });
  });

  test("a transaction of the service is left as it is", async () => {
    const { client } = await open();
    client.exec("begin; insert into orders (note) values ('kept')");
    expect(await runCheck(sqlite({ client, writable: true }))).toMatchObject({ status: "up" });
    expect(client.inTransaction).toBe(true);
    client.exec("commit");
    expect(client.prepare("select note from orders").pluck().all()).toEqual(["kept"]);
  });

  test("a service that iterates over rows is left to it", async () => {
    const { client } = await open();
    client.exec("insert into orders (note) values ('one'), ('two')");
    const rows = client.prepare("select note from orders").pluck().iterate();
    expect(rows.next().value).toBe("one");
    expect(await runCheck(sqlite({ client, writable: true }))).toMatchObject({ status: "up" });
    expect([...rows]).toEqual(["two"]);
  });

  test("nothing is written, and no transaction is left open", async () => {
    const { client } = await open();
    const changes = () => client.prepare("select total_changes()").pluck().get();
    const version = () => client.pragma("data_version", { simple: true });
    const before = [changes(), version()];
    for (let run = 0; run < 3; run++) await runCheck(sqlite({ client, writable: true }));
    expect([changes(), version()]).toEqual(before);
    expect(client.inTransaction).toBe(false);
  });
});

test("an answer other than 1 is down", async () => {
  const client = { prepare: () => ({ get: () => ({ one: 2 }) }), exec: () => {} };
  expect(await runCheck(sqlite({ client }))).toMatchObject({
    status: "down",
    reason: "Expected 1, got 2.",
  });
});

describe("a URL that begins with sqlite:", () => {
  test("opens the file to be read, and closes it", async () => {
    const { file } = await open();
    for (const url of [`sqlite:${file}`, `sqlite://${file}`]) {
      const check = fromUrl(url);
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
      await check.close?.();
    }
  });

  test("makes no file", async () => {
    const check = fromUrl(`sqlite:${await folder()}/none.db`);
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("unable to open database file"),
    });
  });

  test.each(["sqlite://host/shop.db", "sqlite:"])(
    "%s is refused, because it names no path",
    (url) => {
      expect(haleErrorOf(() => fromUrl(url)).message).toContain("sqlite:/srv/shop.db");
    },
  );
});

const IN_NODE_26 = `
  import { DatabaseSync } from "node:sqlite";
  import { createHealth } from "hale";
  import { fromUrl, sqlite } from "hale/checks";

  const [file] = process.argv.slice(1);
  const client = new DatabaseSync(file);
  client.exec("create table orders (id integer primary key)");
  const reader = new DatabaseSync(file, { readOnly: true });
  const closed = new DatabaseSync(file);
  closed.close();
  const health = createHealth({
    logger: false,
    defaults: { timeout: 5000 },
    deadline: 6000,
    checks: {
      asItIs: client,
      writable: sqlite({ client, writable: true }),
      readOnly: sqlite({ client: reader, writable: true }),
      large: sqlite({ client, fileSize: { down: 1 } }),
      closed,
      url: fromUrl("sqlite:" + file),
    },
  });
  const { checks } = await health.report("deep");
  client.exec("begin");
  const inTransaction = (await health.report("deep", { check: "writable" })).checks[0].status;
  client.exec("commit");
  await health.close();
  console.log(JSON.stringify({
    inTransaction,
    ...Object.fromEntries(checks.map((check) => [check.name, [check.status, check.reason]])),
  }));
`;

test("a DatabaseSync of node:sqlite is recognised, asked and judged in the same way", async () => {
  const file = join(await folder(), "shop.db");
  const { stdout } = await promisify(execFile)(RUNTIMES.node, [
    "--input-type=module",
    "-e",
    IN_NODE_26,
    file,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    inTransaction: "up",
    asItIs: ["up", null],
    writable: ["up", null],
    readOnly: ["degraded", "The database is read-only."],
    large: ["down", "The database has 8192 bytes, and 1 are too many."],
    closed: ["down", expect.stringContaining("database is not open")],
    url: ["up", null],
  });
});

test("what is no client is a type error, and an error with a code", () => {
  // @ts-expect-error a client of another kind
  expect(() => sqlite({ client: { query: async () => {} } })).toThrow(
    expect.objectContaining({ code: "HALE_BAD_OPTION" }),
  );
});

test.each<[string, object]>([
  ["HALE_UNKNOWN_OPTION", { clinet: {} }],
  ["HALE_BAD_OPTION", { client: "shop.db" }],
  ["HALE_BAD_OPTION", { client: new Database(":memory:"), fileSize: {} }],
  ["HALE_BAD_OPTION", { client: new Database(":memory:"), fileSize: { degraded: 2, down: 1 } }],
  ["HALE_BAD_OPTION", { client: new Database(":memory:"), walSize: { degraded: "1 GB" } }],
  ["HALE_BAD_OPTION", { client: new Database(":memory:"), walSize: { above: 1 } }],
])("%s is the error for sqlite options %#", (code, options) => {
  expect(() => sqlite(options as never)).toThrow(expect.objectContaining({ code }));
});

const WHY = "none: it is part of the process, and no server answers";
noFaults("sqlite", "better-sqlite3", WHY);
noFaults("sqlite", "node:sqlite", WHY);
