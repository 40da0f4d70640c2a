import { expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { until } from "../servers/_until.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";
import { startOn } from "./_start-on.ts";

/** What each check of the service is, by its name. */
async function statesOf(base: string): Promise<Record<string, string>> {
  const { body } = await ask(base, "GET", "/health/deep");
  const { checks } = JSON.parse(body) as { checks: Record<string, { status: string }> };
  return Object.fromEntries(Object.entries(checks).map(([name, { status }]) => [name, status]));
}

test("the clients of Bun itself are recognised and asked, are down while their server is gone, and up once it is back", async () => {
  const [database, cache] = await Promise.all([postgres.start(), redis.start()]);
  onTestFinished(async () => {
    await Promise.all([database.stop(), cache.stop()]);
  });
  const base = await startOn("bun", "bun-clients", {
    POSTGRES: database.url,
    REDIS: cache.url,
  });
  const become = (expected: Record<string, string>) =>
    until(`the checks are ${JSON.stringify(expected)}`, async () => {
      const states = await statesOf(base);
      return Object.entries(expected).every(([name, state]) => states[name] === state);
    });
  const ofPostgres = (state: string) => ({ database: state, postgresUrl: state });
  const ofRedis = (state: string) => ({
    ...{ cache: state, writes: state, jobs: state, redisUrl: state },
  });
  await become({ ...ofPostgres("ok"), ...ofRedis("ok"), worker: "ok", files: "ok" });
  await database.kill();
  await become({ ...ofPostgres("failed"), ...ofRedis("ok"), files: "ok" });
  await database.restart();
  await become({ ...ofPostgres("ok"), ...ofRedis("ok") });
  await cache.kill();
  await become({ ...ofPostgres("ok"), ...ofRedis("failed"), worker: "failed" });
  await cache.restart();
  await become({ ...ofPostgres("ok"), ...ofRedis("ok") });
  expect((await ask(base, "GET", "/health/live")).status).toBe(200);
});
