import { createServer } from "node:http";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { serve } from "../_support/serve.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { chromium as chromiumServer } from "../servers/chromium.ts";

let running: RunningServer;
let browser: Browser;
beforeAll(async () => {
  running = await chromiumServer.start();
  // The limit of the hook holds.
  browser = await chromium.connectOverCDP(running.url, { timeout: 0 });
});
afterAll(async () => {
  await browser?.close();
  await running?.stop();
});

/** The status page of another origin, which reads the health of a service as its visitors' browsers do. */
async function statusPage(options: HealthOptions) {
  const health = createHealth({ logger: false, ...options });
  onTestFinished(() => health.close());
  const server = createServer((_request, response) => response.end("the application"));
  attach(server, health);
  const service = await serve(server);
  onTestFinished(service.close);
  const status = await serve(
    createServer((_request, response) => {
      response.setHeader("Content-Type", "text/html").end("<title>Status</title>");
    }),
  );
  onTestFinished(status.close);
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(status.base);
  const read = (path: string) =>
    page.evaluate(
      (url) =>
        fetch(url).then(
          async (response) => `${response.status} ${await response.text()}`,
          (failure: Error) => failure.name,
        ),
      service.base + path,
    );
  return { origin: status.base, read };
}

test("a status page of another origin reads the health of a service that allows it, good and bad", async () => {
  const { read } = await statusPage({
    http: { headers: { "Access-Control-Allow-Origin": "*" } },
    checks: { up: async () => {}, down: () => Promise.reject(new Error("refused")) },
  });
  expect([await read("/livez"), await read("/health/deep"), await read("/readyz/up")]).toEqual([
    '200 {"status":"ok"}',
    '503 {"status":"unhealthy","checks":{"up":"ok","down":"failed"}}',
    '200 {"status":"ok"}',
  ]);
});

test("without that header the browser keeps it from the page", async () => {
  const { read } = await statusPage({});
  expect(await read("/livez")).toBe("TypeError");
});
