import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import axeCore from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startProgram } from "../_support/program.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { chromium as chromiumServer } from "../servers/chromium.ts";
import { BUILT, buildSite, serveSite } from "./_built-site.ts";

let chromiumAtHand: RunningServer;
let browser: Browser;
let site: { base: string; close(): Promise<void> };

beforeAll(async () => {
  await buildSite();
  site = await serveSite();
  chromiumAtHand = await chromiumServer.start();
  // The limit of the hook holds.
  browser = await chromium.connectOverCDP(chromiumAtHand.url, { timeout: 0 });
}, 900_000);
afterAll(async () => {
  await browser?.close();
  await chromiumAtHand?.stop();
  await site?.close();
});

/** A page of each kind. */
const PAGES = ["/", "/errors", "/checks/postgres", "/adapters/express", "/api/hale/node"];

/** Opens a page of the site, and notes its errors and what it asks of other hosts. */
async function open(path: string, options: BrowserContextOptions = {}) {
  const own = await browser.newContext(options);
  onTestFinished(() => own.close());
  const page = await own.newPage();
  // The limit of the test holds.
  page.setDefaultTimeout(0);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(site.base) && !url.startsWith("data:")) complaints.push(`asks ${url}`);
  });
  await page.goto(`${site.base}${path}`, { waitUntil: "networkidle" });
  return { page, complaints };
}

test.each(PAGES)(
  "%s has no error, asks nothing of other hosts, is readable in light and dark, and fits into 320 pixels",
  { timeout: 300_000 },
  async (path) => {
    const { page, complaints } = await open(path, { colorScheme: "light" });
    expect(await page.locator("h1").count()).toBe(1);
    expect(await violations(page)).toEqual([]);

    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator("html.dark").waitFor();
    expect(await violations(page)).toEqual([]);

    await page.setViewportSize({ width: 320, height: 640 });
    const [width, room] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    expect(width).toBeLessThanOrEqual(room ?? 0);
    expect(complaints).toEqual([]);
  },
);

test("the front page is README, whose links lead to pages", async () => {
  const { page, complaints } = await open("/");
  expect(await page.title()).toBe("hale");
  await page.locator(".vp-doc").getByRole("link", { name: "adapters" }).click();
  await page.getByRole("heading", { level: 1, name: "The pages" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/pages");
  expect(complaints).toEqual([]);
});

test.each([
  ["HALE_TIMEOUT", "/errors#hale_timeout"],
  ["exhausted pool", "/pools"],
  ["ioredis", "/checks/redis"],
])("a search for %s finds %s", async (words, address) => {
  const { page, complaints } = await open("/");
  await page.getByRole("button", { name: "Search" }).first().click();
  await page.locator(".VPLocalSearchBox input").fill(words);
  const result = page.locator(`.VPLocalSearchBox a.result[href^="${address}"]`).first();
  await result.click();
  await page.waitForURL((url) => `${url.pathname}${url.hash}`.startsWith(address));
  expect(complaints).toEqual([]);
});

test("the search is readable while it is open, empty and with results, in light and dark", {
  timeout: 300_000,
}, async () => {
  const { page, complaints } = await open("/", { colorScheme: "light" });
  await page.getByRole("button", { name: "Search" }).first().click();
  const input = page.locator(".VPLocalSearchBox input");
  await input.waitFor();
  for (const words of ["", "timeout", "qqqqqq"]) {
    await input.fill(words);
    if (words === "timeout") await page.locator(".VPLocalSearchBox a.result").first().waitFor();
    if (words === "qqqqqq") await page.locator(".VPLocalSearchBox .no-results").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(colorScheme === "dark" ? "html.dark" : "html:not(.dark)").waitFor();
      expect(await violations(page), `"${words}" in ${colorScheme}`).toEqual([]);
    }
  }
  expect(complaints).toEqual([]);
});

test("a page that does not exist says so, and leads to the front page", async () => {
  const { page } = await open("/no-such-page");
  await page.getByRole("heading", { name: "No page is here" }).waitFor();
  await page.getByRole("link", { name: "Front page" }).click();
  await page.getByRole("heading", { level: 1, name: "hale" }).waitFor();
});

test("sections of the sidebar open and close by the keyboard", async () => {
  const { page } = await open("/errors");
  const section = page.locator(".VPSidebar").getByRole("button", { name: "Adapters" });
  expect(await section.getAttribute("aria-expanded")).toBe("false");
  await section.press("Enter");
  expect(await section.getAttribute("aria-expanded")).toBe("true");
  await page.locator(".VPSidebar").getByRole("link", { name: "fastify", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "fastify" }).waitFor();
});

test("llms.txt lists pages that are there as Markdown, and llms-full.txt has their text", () => {
  const list = readFileSync(join(BUILT, "llms.txt"), "utf8");
  expect(list).toMatch(/^# hale\n\n> \S/);
  const files = [...list.matchAll(/^- \[[^\]]+\]\((\/\S+\.md)\)$/gm)].map(([, file = ""]) => file);
  expect(files).toContain("/errors.md");
  expect(files.filter((file) => !existsSync(join(BUILT, file)))).toEqual([]);
  const full = readFileSync(join(BUILT, "llms-full.txt"), "utf8");
  expect(full).toContain("\n## HALE_TIMEOUT\n");
  expect(full.split("\n---\n").length).toBeGreaterThan(100);
});

test("npm run docs -- --serve shows the pages, and ends at SIGTERM", {
  timeout: 300_000,
}, async () => {
  // A group, as a terminal and a supervisor make it.
  const command = startProgram("run", {
    through: ["npm"],
    args: ["docs", "--", "--serve"],
    group: true,
  });
  const line = stripVTControlCharacters(await command.line("http://"));
  const [base = ""] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
  const page = await fetch(`${base}errors`, { headers: { accept: "text/html" } });
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining("html"),
  ]);
  const source = await fetch(`${base}errors.md?import`);
  expect(await source.text()).toContain("HALE_TIMEOUT");
  command.signal("SIGTERM");
  // All of the group, whose output they share.
  await command.ended;
  await expect(fetch(base)).rejects.toThrow();
});

/** Returns what axe finds against the page, by rule and element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 300)}`),
    );
  });
}
