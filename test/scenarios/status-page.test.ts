import { createServer } from "node:http";
import axeCore from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { composeHealth, type HealthOptions } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { serve } from "../_support/serve.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { chromium as chromiumServer } from "../servers/chromium.ts";

const TOKEN = "a-token-of-the-operators";

let chromiumAtHand: RunningServer;
let browser: Browser;

beforeAll(async () => {
  chromiumAtHand = await chromiumServer.start();
  // The limit of the hook holds.
  browser = await chromium.connectOverCDP(chromiumAtHand.url, { timeout: 0 });
});
afterAll(async () => {
  await browser?.close();
  await chromiumAtHand?.stop();
});

async function open(
  options: HealthOptions,
  { path = "/health/deep", ...context }: BrowserContextOptions & { path?: string } = {},
) {
  let skipped = 0;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + skipped,
    skip(milliseconds: number) {
      skipped += milliseconds;
    },
  };
  const health = composeHealth({ logger: false, ...options }, { clock, random: Math.random });
  const server = createServer((_, response) => response.end());
  attach(server, health);
  const { base, close } = await serve(server);
  const own = await browser.newContext(context);
  onTestFinished(async () => {
    await own.close();
    await health.close();
    await close();
  });
  const page = await own.newPage();
  // The limit of the test holds.
  page.setDefaultTimeout(0);
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A page that answers 503 is logged by the browser as an error of its own.
    if (message.type() === "error" && !/status of 503/.test(message.text())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.goto(`${base}${path}`);
  return { page, health, clock, complaints, url: `${base}${path}` };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Lets a day pass, with a run of every check in each minute of it. */
async function passDay({ health, clock }: Pick<Opened, "health" | "clock">): Promise<void> {
  const now = Date.now;
  let left = 24 * 60 * 59_000;
  // The wall clock goes as the other one does, and is right in the end.
  const wall = vi.spyOn(Date, "now").mockImplementation(() => now() - left);
  while (left > 0) {
    left -= 59_000;
    clock.skip(59_000);
    await health.report("deep");
  }
  wall.mockRestore();
}

const manyChecks = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`service-${index}`, async () => {}]),
  );

/** Returns what axe finds against the page, by rule and element. */
async function violations(page: Page, exclude: readonly string[] = []): Promise<string[]> {
  // The page's own policy forbids scripts that are added, so axe runs in the world of the debugger.
  await page.evaluate(axeCore.source);
  return page.evaluate(async (exclude) => {
    const { axe } = window as unknown as {
      axe: {
        run(context: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const found = await axe.run({ include: ["html"], exclude });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, exclude);
}

test.each([
  [50, "light"],
  [5, "dark"],
] as const)(
  "%i checks with a day of history: axe finds nothing in %s",
  { timeout: 180_000 },
  async (count, colorScheme) => {
    const { page, health, clock, complaints } = await open(
      {
        checks: {
          ...manyChecks(count - 1),
          broken: async () => {
            throw new Error("The disk is full.");
          },
        },
        http: { expose: "details" },
      },
      { colorScheme },
    );
    await passDay({ health, clock });
    await page.reload();
    await page.locator(".summary", { hasText: "broken is failed: The disk is full." }).waitFor();
    expect(await page.locator(".chart").count()).toBe(2 * count);
    // The tables of all are alike, and have thousands of cells.
    expect(await violations(page, count > 5 ? ["details table"] : [])).toEqual([]);
    expect(complaints).toEqual([]);
  },
);

test("it works with script off: the states are there, and the browser loads the page again", async () => {
  const { page, health, clock } = await open(
    { checks: { database: async () => "down" }, http: { expose: "details" } },
    { javaScriptEnabled: false },
  );
  expect(await page.locator("h1").textContent()).toBe("deep: failed");
  await expect.poll(() => page.locator("meta[http-equiv=refresh]").count()).toBe(1);
  await passDay({ health, clock });
  await page.reload();
  await page.locator("summary").last().click();
  expect(await page.locator("table").last().isVisible()).toBe(true);
});

test("it shows a change without being loaded again, and tells it to a screen reader once", async () => {
  let status = "up";
  const { page, complaints } = await open({
    checks: { database: async () => status, cache: async () => {} },
    defaults: { maxAge: 0 },
  });
  await page.getByText("All 2 checks are ok.").waitFor();
  expect(await page.getByRole("status").textContent()).toBe("");
  status = "down";
  await page.getByText("database is failed.").waitFor();
  await expect.poll(() => page.getByRole("status").textContent()).toBe("database is failed");
  expect(await page.title()).toBe("deep: failed");
  status = "up";
  await page.getByText("All 2 checks are ok.").waitFor();
  await expect.poll(() => page.getByRole("status").textContent()).toBe("database is ok");
  expect(complaints).toEqual([]);
});

test("while nothing changes, each question costs a 304", async () => {
  const { page } = await open({ checks: { database: async () => {} } });
  const codes: number[] = [];
  page.on("response", (response) => codes.push(response.status()));
  await expect.poll(() => codes.length, { timeout: 30_000 }).toBeGreaterThan(3);
  expect(codes.slice(1)).toEqual(codes.slice(1).map(() => 304));
});

test("a token that is typed shows details, and is neither in the address nor in a cookie", async () => {
  const { page, url } = await open({
    checks: {
      database: async () => {
        throw new Error("The disk is full.");
      },
    },
    http: { tokens: [TOKEN] },
  });
  await page.getByText("database is failed.").waitFor();
  await page.getByLabel("Access token, for details").fill("a-token-that-is-not-one");
  await page.getByRole("button", { name: "Show details" }).click();
  await page.getByText("The token was not accepted.").waitFor();
  expect(await page.content()).not.toContain("The disk is full.");
  await page.getByLabel("Access token, for details").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.locator(".summary", { hasText: "database is failed: The disk is full." }).waitFor();
  await page.getByText("Live: last answer").waitFor();
  expect(page.url()).toBe(url);
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await page.reload();
  await page.getByText("database is failed.", { exact: true }).waitFor();
});

test("each chart is one tab stop, whose values arrow keys read, also after the page has changed", async () => {
  let failing = false;
  const { page, health, clock } = await open({
    checks: {
      database: async () => {
        if (failing) throw new Error("The disk is full.");
      },
    },
    defaults: { maxAge: 0 },
    http: { expose: "details" },
  });
  await passDay({ health, clock });
  await page.reload();
  const charts = page.getByRole("slider");
  await expect.poll(() => charts.count()).toBe(2);
  const focused = () => page.evaluate(() => document.activeElement?.id);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("latency-database");
  await page.keyboard.press("Home");
  await expect
    .poll(() => charts.first().getAttribute("aria-valuetext"))
    .toMatch(/^from \(UTC\) \d\d:\d\d, mean [\d.]+ ms, longest [\d.]+ ms, runs \d+$/);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("band-database");
  await page.keyboard.press("Home");
  const text = await charts.last().getAttribute("aria-valuetext");
  expect(text).toMatch(/^from .*, to .*, state unknown, changes \d+$/);
  await page.keyboard.press("End");
  expect(await charts.last().getAttribute("aria-valuetext")).not.toBe(text);
  await page.keyboard.press("Home");
  failing = true;
  await page.locator(".summary", { hasText: "database is failed: The disk is full." }).waitFor();
  expect(await focused()).toBe("band-database");
  expect(await charts.last().getAttribute("aria-valuenow")).toBe("0");
});

test("it fits 320 px, and says when the service no longer answers", async () => {
  const { page, health, clock } = await open(
    {
      checks: {
        "a-service-with-a-name-that-is-as-long-as-a-name-may-be-in-hale-x": async () => {},
      },
      http: { expose: "details" },
    },
    { viewport: { width: 320, height: 640 } },
  );
  await passDay({ health, clock });
  await page.reload();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
  await page.route("**/*", (route) => route.abort());
  await page.getByText("No answer at").waitFor();
});

test("a page that is watched is no prober, so a drain does not wait for it", async () => {
  const { page, health } = await open({}, { path: "/health/ready" });
  const seen: unknown[] = [];
  internalsOf("test", health).events.on("readiness", (event) => seen.push(event));
  await page.waitForResponse((response) => response.status() === 304);
  const keys = seen.map((event) => (event as { request: { url: string } }).request.url);
  const { proberKey } = await import("../../src/shutdown/prober-key.ts");
  expect(seen.map((event) => proberKey((event as { request: never }).request))).toEqual(
    keys.map(() => undefined),
  );
});
