import { expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { URL_SCHEMES } from "../../src/checks/internal/url/check-of-url.ts";
import { importDriver } from "../../src/checks/internal/url/import-driver.ts";
import { isCheck } from "../../src/contract/check.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";

test.each([
  ["PostgreSQL", () => postgres.start()],
  ["Redis", () => redis.start({ requirepass: "right-horse" })],
])("%s at a URL is up, is down while it is gone, and is up once it is back", async (_, start) => {
  const server = await start();
  onTestFinished(() => server.stop());
  const service = await startService({ checks: { it: fromUrl(server.url) } });
  await service.becomes("/health/ready", 200);
  await server.kill();
  await service.becomes("/health/ready", 503);
  await server.restart();
  await service.becomes("/health/ready", 200);
});

test("the options are those of the check", () => {
  const check = fromUrl("redis://127.0.0.1:1", { timeout: 300, critical: false });
  expect(check.options).toEqual({ timeout: 300, critical: false });
  expect(() => fromUrl("redis://127.0.0.1:1", { client: {} } as never)).toThrow(
    expect.objectContaining({ code: "HALE_UNKNOWN_OPTION" }),
  );
});

test.each([
  "no url with s3cret",
  "postgres//hale:s3cret@127.0.0.1",
  "gopher://hale:s3cret@127.0.0.1",
  "constructor://hale:s3cret@127.0.0.1",
  "",
  undefined,
])("what cannot be opened is refused at once, with the schemes, and is not shown: %s", (url) => {
  const { code, message } = haleErrorOf(() => fromUrl(url as string));
  expect(code).toBe("HALE_BAD_URL");
  expect(message).not.toContain("s3cret");
  for (const scheme of URL_SCHEMES) expect(message).toContain(`${scheme}:`);
});

test.each([
  ["tcp://10.0.0.7", "tcp: with a host and a port"],
  ["tcp://:80", "one with a host and a port"],
  ["redis://:s3cret@h:x", "one with a host and a port up to 65535"],
  ["REDIS://:s3cret@h:65536", "one with a host and a port up to 65535"],
  ["redis://:s3cret#@h", "whose user and password are percent-encoded"],
  ["kafka://hale:s3cret@127.0.0.1:1,", "one with a host and a port"],
  ["kafka://hale:s3cret@127.0.0.1:1,[", "one with a host and a port"],
  ["dns://10.0.0.2", "dns: with the name to look up"],
  ["dns:///", "dns: with the name to look up"],
  ["grpc://ledger", "grpc: with a host and a port"],
  ["sqlite:", "sqlite: and a path"],
  ["sqlite://shop.db", "sqlite: and a path"],
  ["redis://hale:%E0%A4%A@127.0.0.1", "percent-encoded"],
  ["postgres://hale:s3cret@a:5432,b:5432/shop", "a single host; several are taken by kafka:"],
  ["mysql://hale:s3cret@a,b/shop", "a single host"],
])("what lacks a part, or has too much, is refused at once: %s", (url, expected) => {
  const { code, message } = haleErrorOf(() => fromUrl(url));
  expect(code).toBe("HALE_BAD_URL");
  expect(message).toContain(expected);
  expect(message).not.toContain("s3cret");
});

test.each([
  "mongodb://hale:s3cret@127.0.0.1:1,127.0.0.1:2/shop?replicaSet=rs0",
  "tls://example.com",
  "dns:///example.com",
  "grpcs://ledger.internal",
  "sqlite:shop.db",
])("what has all that it needs is taken: %s", (url) => {
  expect(isCheck(fromUrl(url))).toBe(true);
});

test("a driver that is missing is named, with the command that installs it", async () => {
  const failure = await importDriver("postgres", "no-such-driver").catch((error: unknown) => error);
  expect(describeFailure(failure)).toEqual({
    code: "HALE_DRIVER_MISSING",
    reason:
      "hale found no driver for postgres URLs, neither in the folder of the process nor beside hale. Run npm install no-such-driver. In a bundle, ship it in node_modules, or pass a client.",
  });
});

test("a check that is closed before it has run opens nothing", async () => {
  const check = fromUrl("redis://127.0.0.1:1");
  await check.close?.();
  expect(await runCheck(check)).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});
