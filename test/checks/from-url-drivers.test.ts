import { expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { addressOf } from "../../src/checks/internal/url/hosts.ts";
import { importDriver } from "../../src/checks/internal/url/import-driver.ts";
import type { OpenTools } from "../../src/checks/internal/url/opener.ts";
import { OPENERS } from "../../src/checks/internal/url/openers.ts";
import { CheckFailure } from "../../src/contract/errors.ts";
import { makeFolder } from "../_support/folder.ts";
import { startKafkaResponder } from "../_support/kafka-responder.ts";
import { runCheck } from "../_support/run-check.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { clickhouse } from "../servers/clickhouse.ts";
import { mariadb } from "../servers/mariadb.ts";
import { memcached } from "../servers/memcached.ts";
import { nats } from "../servers/nats.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";
import { tds } from "../servers/tds.ts";

type Started = Pick<RunningServer, "url" | "stop">;

/** Opens a URL where a service has one of the drivers alone. */
async function openWith(only: string, url: string) {
  const address = addressOf(url);
  const scheme = address?.parsed.protocol.slice(0, -1) ?? "";
  const opener = await OPENERS[scheme]?.();
  if (address === undefined || opener === undefined) throw new Error(`${scheme}: is not opened.`);
  const driver: OpenTools["driver"] = async <Module>(name: string) => {
    if (name === only) return (await importDriver(scheme, name)) as Module;
    throw new CheckFailure("HALE_DRIVER_MISSING", `npm install ${name}`);
  };
  const { hosts, text, parsed } = address;
  const opened = await opener.open(parsed, { options: {}, hosts, text, driver });
  onTestFinished(async () => void (await opened.close()));
  return opened.check;
}

const CASES: readonly (readonly [string, () => Promise<Started>])[] = [
  ["pg", () => postgres.start()],
  ["postgres", () => postgres.start()],
  ["mysql2", () => mariadb.start()],
  ["mariadb", () => mariadb.start()],
  ["mysql", () => mariadb.start()],
  ["ioredis", () => redis.start({ requirepass: "right-horse" })],
  ["iovalkey", () => redis.start({ requirepass: "right-horse" })],
  ["redis", () => redis.start({ requirepass: "right-horse" })],
  ["memjs", () => memcached.start()],
  ["memcached", () => memcached.start()],
  ["@nats-io/transport-node", () => nats.start()],
  ["nats", () => nats.start()],
  ["kafkajs", () => startKafkaResponder()],
];

test.each(CASES)("a service that has %s alone opens a URL with it", async (driver, start) => {
  const server = await start();
  onTestFinished(() => server.stop());
  const url = driver === "memcached" ? withoutUser(server.url) : server.url;
  const check = await openWith(driver, url);
  // A client that connects beside may not have yet.
  await expect
    .poll(() => runCheck(check, 5000), { timeout: 30_000 })
    .toMatchObject({ status: "up" });
});

/** npm memcached knows no login. */
function withoutUser(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

test("where no driver is there, the preferred one is named", async () => {
  await expect(openWith("none", "redis://127.0.0.1:1")).rejects.toMatchObject({
    code: "HALE_DRIVER_MISSING",
    message: "npm install ioredis",
  });
});

test("what fails for another reason than a missing driver is not tried with another one", async () => {
  const url = "nats://127.0.0.1:1";
  await expect(openWith("@nats-io/transport-node", url)).rejects.not.toMatchObject({
    code: "HALE_DRIVER_MISSING",
  });
});

test("clickhouse: is asked over HTTP, and is down with a wrong password", async () => {
  const server = await clickhouse.start();
  onTestFinished(() => server.stop());
  const url = server.url.replace(/^http/, "clickhouse");
  expect(await runCheck(fromUrl(url), 10_000)).toMatchObject({ status: "up" });
  const wrong = fromUrl(url.replace("correct-horse", "wrong-horse"));
  expect(await runCheck(wrong, 10_000)).toMatchObject({ status: "down" });
});

test.each(["mssql", "sqlserver"])("%s: is opened by mssql", async (scheme) => {
  const server = await tds.start();
  onTestFinished(() => server.stop());
  const url = `${server.url.replace("mssql", scheme)}?encrypt=false`;
  const check = fromUrl(url);
  onTestFinished(async () => void (await check.close?.()));
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
  const wrong = fromUrl(url.replace("correct-horse", "wrong-horse"));
  expect(await runCheck(wrong, 10_000)).toMatchObject({ status: "down" });
});

test("libsql: asks the database that the URL names", async () => {
  const check = fromUrl("libsql://127.0.0.1:1?tls=0");
  const outcome = await runCheck(check, 10_000);
  expect(outcome).toMatchObject({ status: "down", reason: expect.stringMatching(/\S/) });
  expect(outcome.code).not.toBe("HALE_DRIVER_MISSING");
});

test("sqlite: is opened by sqlite3 where the service has that alone, or by Node itself, to be read", async () => {
  const folder = makeFolder();
  const { default: Database } = await import("better-sqlite3");
  new Database(`${folder}/shop.db`).exec("create table orders (id)").close();
  const check = await openWith("sqlite3", `sqlite:${folder}/shop.db`);
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  await expect(openWith("sqlite3", `sqlite:${folder}/none.db`)).rejects.toThrow(
    /SQLITE_CANTOPEN|unable to open database file/,
  );
});

test("reopen is true or false", () => {
  const { code } = haleErrorOf(() => fromUrl("redis://127.0.0.1:1", { reopen: 5 as never }));
  expect(code).toBe("HALE_BAD_OPTION");
});
