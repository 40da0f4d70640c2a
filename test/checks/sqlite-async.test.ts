import { rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import Libsql from "libsql";
import { open as openSqlite } from "sqlite";
import sqlite3 from "sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { type SqliteClient, sqlite } from "../../src/checks/sqlite.ts";
import { makeFolder } from "../_support/folder.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const CLIENTS: Readonly<Record<string, (file: string) => Promise<SqliteClient>>> = {
  async sqlite3(file) {
    // It opens in the background, which must not come after the end of its folder.
    const client = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opened = new sqlite3.Database(file, (failure) =>
        failure ? reject(failure) : resolve(opened),
      );
    });
    onTestFinished(() => new Promise<void>((resolve) => client.close(() => resolve())));
    return client;
  },
  async sqlite(file) {
    const client = await openSqlite({ filename: file, driver: sqlite3.Database });
    onTestFinished(() => client.close().catch(() => {}));
    return client;
  },
  async "@libsql/client"(file) {
    const client = createClient({ url: `file:${file}` });
    await client.execute("create table if not exists orders (id integer)");
    onTestFinished(() => client.close());
    return client;
  },
  async libsql(file) {
    const client = new Libsql(file);
    onTestFinished(() => void client.close());
    return client;
  },
};

describe.each(Object.entries(CLIENTS))("sqlite through %s", (name, open) => {
  test("is up, also when it is passed as it is", async () => {
    const client = await open(join(makeFolder(), "shop.db"));
    expect(await runCheck(sqlite({ client }), 5000)).toMatchObject({ status: "up" });
    const { becomes, probe } = await startService({ checks: { database: client } });
    await becomes("/health/ready", 200);
    expect((await probe("/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
  });

  test("that the service has closed is down", async () => {
    const client = (await open(join(makeFolder(), "shop.db"))) as SqliteClient & {
      close(done?: () => void): unknown;
    };
    const check = sqlite({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    if (name === "sqlite3") await new Promise<void>((resolve) => client.close(resolve));
    else await client.close();
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/\S/),
    });
  });

  if (name !== "@libsql/client") {
    test("whose file was deleted is down, and its size is judged", async () => {
      const file = join(makeFolder(), "shop.db");
      const client = await open(file);
      const run = (sql: string) =>
        new Promise<void>((resolve, reject) => {
          const { exec } = client as {
            exec(sql: string, done: (failure: unknown) => void): unknown;
          };
          const returned = exec.call(client, sql, (failure) =>
            failure ? reject(failure) : resolve(),
          );
          if (name !== "sqlite3") Promise.resolve(returned).then(() => resolve(), reject);
        });
      await run("create table orders (id integer primary key)");
      expect(await runCheck(sqlite({ client, fileSize: { degraded: 1 } }), 5000)).toMatchObject({
        status: "degraded",
        observations: { fileSize: { unit: "bytes" } },
      });
      const check = sqlite({ client });
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
      rmSync(file);
      expect(await runCheck(check, 5000)).toMatchObject({
        status: "down",
        reason: expect.stringContaining("was deleted or replaced"),
      });
    });
  }

  const isBlocking = name === "libsql";
  test(`${isBlocking ? "takes" : "does not take"} the option writable`, async () => {
    const client = await open(join(makeFolder(), "shop.db"));
    if (isBlocking) {
      const check = sqlite({ client, writable: true });
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    } else {
      const { code, message } = haleErrorOf(() => sqlite({ client, writable: true }));
      expect(code).toBe("HALE_BAD_OPTION");
      expect(message).toContain("a database whose calls block");
    }
  });
});
