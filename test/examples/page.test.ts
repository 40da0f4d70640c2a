import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunningServer } from "../servers/_running-server.ts";
import { chromium as chromiumServer } from "../servers/chromium.ts";
import { ask, post, type RunningShop, startShopOnServers } from "./_shop.ts";

let shop: RunningShop;
let chromiumAtHand: RunningServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  chromiumAtHand = await chromiumServer.start();
  // The limit of the hook holds.
  browser = await chromium.connectOverCDP(chromiumAtHand.url, { timeout: 0 });
  shop = await startShopOnServers();
});
afterAll(async () => {
  await browser?.close();
  await chromiumAtHand?.stop();
  await shop?.stop();
});

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  await page.goto(shop.url);
});

test("a visitor sees every endpoint work, breaks the database, and mends it", async () => {
  for (const path of ["/health/", "/health/ready/", "/health/startup/", "/health/deep/"]) {
    await untilShown(path, "200");
  }
  await page.getByRole("button", { name: "Break database: hang" }).click();
  await untilShown("/health/ready/", "503");
  await untilShown("/health/deep/", "503");
  await untilShown("/health/", "200");
  await untilShown("database", "failed");
  await untilShown("cache", "ok");
  await announced("The shop is not ready. Failed: database.");

  await page.getByRole("button", { name: "Mend database" }).click();
  await untilShown("/health/ready/", "200");
  await untilShown("/health/deep/", "200");
  await untilShown("database", "ok");
  await announced("The shop is ready.");
});

test("every check can be broken in three ways, and mended", async () => {
  await untilShown("/health/deep/", "200");
  const buttons = page.getByRole("table", { name: "What the shop depends on" }).getByRole("button");
  const names = await buttons.evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel));
  expect(names).toEqual(
    ["database", "cache", "jobs"].flatMap((check) => [
      `Break ${check}: hang`,
      `Break ${check}: refuse`,
      `Break ${check}: error`,
      `Mend ${check}`,
    ]),
  );
});

test("a visitor orders, and sees that the order was handled", async () => {
  await page.getByRole("button", { name: "Order Cup & saucer" }).click();
  await page.getByText(/^Order \S+ is in the queue\.$/).waitFor();
  await page
    .getByRole("listitem")
    .filter({ hasText: /^Cup & saucer \(/ })
    .waitFor();
});

test("what the shop answers is shown as text, and never as markup", async () => {
  await page.route("**/products", (route) =>
    route.fulfill({ json: [{ id: 1, name: "<img src=x onerror='document.title=1'>", cents: 1 }] }),
  );
  await page.reload();
  await page.getByText("<img src=x onerror='document.title=1'>").waitFor();
  expect(await page.title()).toBe("The hale example shop");
});

test("a page whose shop has gone says so", async () => {
  await untilShown("/health/", "200");
  await page.route("**/health/**", (route) => route.abort());
  await untilShown("/health/", "no answer");
  await announced("The shop is not ready.");
});

test("the page itself is served while everything is broken", async () => {
  for (const check of ["database", "cache", "jobs"]) await post(shop, `/break/${check}?how=refuse`);
  const { status, headers } = await ask(shop, "/");
  for (const check of ["database", "cache", "jobs"]) await post(shop, `/mend/${check}`);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
});

/** Waits until the row of an endpoint or a check shows this state. */
async function untilShown(row: string, state: string): Promise<void> {
  const name = page.getByRole("rowheader", { name: row, exact: true });
  const cell = page.getByRole("row").filter({ has: name }).getByRole("cell").first();
  await cell.filter({ hasText: new RegExp(`^${state}$`) }).waitFor();
}

async function announced(text: string): Promise<void> {
  await page.getByRole("status").getByText(text, { exact: true }).waitFor();
}
