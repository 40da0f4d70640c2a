import { expect, onTestFinished, test } from "vitest";
import { URL_SCHEMES } from "../../src/checks/_check-of-url.ts";
import { importDriver } from "../../src/checks/_import-driver.ts";
import { fromUrl } from "../../src/checks/from-url.ts";
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
  "kafka://hale:s3cret@127.0.0.1:1,",
  "kafka://hale:s3cret@127.0.0.1:1,[",
  "redis://hale:s3cret@127.0.0.1:1,127.0.0.1:2",
  "constructor://hale:s3cret@127.0.0.1",
  "",
  undefined,
])("what cannot be opened is refused at once, with the schemes, and is not shown: %s", (url) => {
  const { code, message } = haleErrorOf(() => fromUrl(url as string));
  expect(code).toBe("HALE_BAD_URL");
  expect(message).not.toContain("s3cret");
  for (const scheme of URL_SCHEMES) expect(message).toContain(`${scheme}:`);
});

test("a driver that is missing is named, with the command that installs it", async () => {
  await expect(importDriver("postgres", "no-such-driver")).rejects.toMatchObject({
    code: "HALE_DRIVER_MISSING",
    message: expect.stringContaining("npm install no-such-driver"),
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
