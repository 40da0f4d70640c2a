import { expect, onTestFinished, test, vi } from "vitest";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { until } from "../servers/_until.ts";
import { ask, post, runShop, type ShopProcess, startShop, startShopOnServers } from "./_shop.ts";

// The embedded database alone takes seconds to start, and many on a machine that has other work.
vi.setConfig({ testTimeout: 180_000 });

test("a shop that is told to stop exits with 0", async () => {
  const shop = await startShop();
  onTestFinished(shop.stop);
  shop.kill("SIGTERM");
  expect(await shop.ended).toEqual({ code: 0, signal: null });
});

test("a shop that is told to stop answers every visitor until its prober has been told, and logs its end", async () => {
  const shop = await startShopOnServers();
  onTestFinished(shop.stop);
  const ready = async () => (await ask(shop, "/health/ready/")).status;
  for (let probe = 0; probe < 2; probe++) {
    await until("it is ready", async () => (await ready()) === 200);
  }
  const statuses: number[] = [];
  let visiting = true;
  const visitors = Promise.all(
    Array.from({ length: 10 }, async () => {
      while (visiting) statuses.push((await ask(shop, "/products")).status);
    }),
  );
  await until("visitors are there", () => statuses.length > 50);
  shop.kill("SIGTERM");
  let refused = 0;
  await until("the prober has been told", async () => {
    if ((await ready()) === 503) refused++;
    return refused === 3;
  });
  const before = statuses.length;
  await until("visitors came after it", () => statuses.length > before + 10);
  visiting = false;
  await visitors;
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(await shop.ended).toEqual({ code: 0, signal: null });
  const { error } = shop.printed;
  expect(error).toMatch(
    /shutdown started: SIGTERM; waiting for every recent prober \(\d\) to receive 3 × 503/,
  );
  expect(error).toMatch(
    /onClose "queue" finished[\s\S]*"cache"[\s\S]*"proxies"[\s\S]*"pools"[\s\S]*"database" finished/,
  );
  expect(error).toMatch(/shutdown finished in .*, exit code 0\n$/);
});

test("a shop is stopped by Ctrl-C, though everything that it depends on hangs", async () => {
  const shop = await startShopOnServers();
  onTestFinished(shop.stop);
  for (const check of ["database", "cache", "jobs"]) await post(shop, `/break/${check}?how=hang`);
  await ask(shop, "/health/deep/");
  shop.kill("SIGINT");
  expect(await shop.ended).toEqual({ code: 0, signal: null });
});

test("a shop that is told to stop while it starts exits with 0", async () => {
  const port = await startTcp(() => {});
  const place = await closedPort();
  const shop = running({
    PORT: String(place),
    DATABASE_URL: `postgres://shop@127.0.0.1:${port}/shop`,
  });
  await untilListening(place);
  shop.kill("SIGTERM");
  expect(await shop.ended).toEqual({ code: 0, signal: null });
  expect(shop.printed.out).toBe("");
});

test("while its tables are still to be created, a shop is alive and not ready", async () => {
  const port = await startTcp(() => {});
  const place = await closedPort();
  running({ PORT: String(place), DATABASE_URL: `postgres://shop@127.0.0.1:${port}/shop` });
  await untilListening(place);
  const shop = { url: `http://127.0.0.1:${place}/` };
  expect(await ask(shop, "/health/")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  const failed = { status: 503, body: '{"status":"failed"}' };
  expect(await ask(shop, "/health/ready/")).toMatchObject(failed);
  expect(await ask(shop, "/health/startup/")).toMatchObject(failed);
  expect(await ask(shop, "/health/deep/")).toMatchObject({ status: 503 });
});

test("a port that is taken is reported in one line, and the shop exits with 1", async () => {
  const port = await startTcp(() => {});
  const shop = running({ PORT: String(port) });
  expect(await shop.ended).toEqual({ code: 1, signal: null });
  expect(shop.printed).toEqual({
    out: "",
    error: `The hale example shop failed to start: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Set PORT to another port.\n`,
  });
});

test("a setting that cannot be used is reported in one line, and the shop exits with 1", async () => {
  const shop = running({ PORT: "nope" });
  expect(await shop.ended).toEqual({ code: 1, signal: null });
  expect(shop.printed).toEqual({
    out: "",
    error:
      'The hale example shop failed to start: PORT must be a whole number from 0 to 65535, but is "nope".\n',
  });
});

test("a database that cannot be reached ends the start with 1", async () => {
  const shop = running({ DATABASE_URL: `postgres://shop@127.0.0.1:${await closedPort()}/shop` });
  expect(await shop.ended).toEqual({ code: 1, signal: null });
  expect(shop.printed.out).toBe("");
  expect(shop.printed.error).toContain("The hale example shop failed to start: ");
});

function running(environment: NodeJS.ProcessEnv): ShopProcess {
  const shop = runShop(environment);
  onTestFinished(async () => {
    shop.kill("SIGKILL");
    await shop.ended;
  });
  return shop;
}

async function untilListening(port: number): Promise<void> {
  const shop = { url: `http://127.0.0.1:${port}/` };
  const what = `a shop on port ${port}`;
  await until(what, () =>
    ask(shop, "/health/").then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
}
