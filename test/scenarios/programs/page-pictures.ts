// Makes the pictures of docs/formats/html.md: `npm run pictures`. A service of 50 checks has a day behind it, in which some
// of them failed, and a real Chromium shows its page.
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { attach } from "../../../src/adapters/node.ts";
import { CheckFailure } from "../../../src/contract/errors.ts";
import { systemClock } from "../../../src/engine/clock.ts";
import { composeHealth } from "../../../src/health.ts";
import { chromium as chromiumServer } from "../../servers/chromium.ts";

/** Milliseconds between two runs of a check: after 60 s without one, its state would be unknown. */
const STEP = 58_000;

/** The runs of a day. */
const DAY = 1490;

/** The end of the day that is shown, so that the pictures are the same each time. */
const END = Date.UTC(2026, 10, 27, 12, 0);

/** What is wrong with a check from one run of the day to another, and what it says. */
const TROUBLES: Readonly<
  Record<string, readonly [from: number, to: number, trouble: () => unknown]>
> = {
  database: [
    DAY - 47,
    DAY + 60,
    () => {
      throw new CheckFailure("ECONNREFUSED", "connect ECONNREFUSED 10.0.0.7:5432");
    },
  ],
  mail: [DAY - 13, DAY + 60, () => ({ status: "degraded", reason: "replication is 12 s behind" })],
  queue: [612, 714, () => false],
  search: [936, 1035, () => ({ status: "degraded", reason: "one node is missing" })],
};

const NAMES = [
  ...["database", "mail", "cache", "queue", "search", "payments", "storage", "ledger"],
  ...Array.from({ length: 42 }, (_, index) => `service-${index}`),
];

let run = 0;
let skipped = 0;

const clock = { ...systemClock, now: () => skipped };
Date.now = () => END - DAY * STEP + skipped;

/** Milliseconds that a run takes: some vary, and some are slow now and then. */
function latency(place: number): number {
  const wave = Math.sin(run / (4 + (place % 7))) + Math.sin(run / (2 + (place % 3)));
  return Math.round(6 + 3 * wave + ((run + 17 * place) % 53 < 2 ? 30 + (place % 9) * 8 : 0));
}

const checks = Object.fromEntries(
  NAMES.map((name, place) => {
    const [from, to, trouble] = TROUBLES[name] ?? [0, 0, () => {}];
    return [
      name,
      async () => {
        skipped += latency(place);
        return run >= from && run < to ? trouble() : undefined;
      },
    ];
  }),
);
const health = composeHealth(
  { logger: false, checks, defaults: { maxAge: 0 }, http: { expose: "details" } },
  { clock, random: () => 0.5 },
);
const server = createServer((_, response) => response.end());
attach(server, health);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
for (run = 0; run < DAY; run++) {
  skipped = Math.max(skipped, run * STEP);
  for (const name of NAMES) await health.report("deep", { check: name });
}

const running = await chromiumServer.start();
const browser = await chromium.connectOverCDP(running.url, { timeout: 0 });
const { port } = server.address() as { port: number };
for (const [file, options] of [
  ["page-light", { colorScheme: "light", viewport: { width: 1280, height: 800 } }],
  ["page-dark-narrow", { colorScheme: "dark", viewport: { width: 320, height: 900 } }],
] as const) {
  const context = await browser.newContext({ ...options, locale: "en-US", timezoneId: "UTC" });
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`http://127.0.0.1:${port}/health/deep`, { timeout: 0 });
  await page.screenshot({ timeout: 0, path: `docs/images/${file}.png` });
  await context.close();
}
await browser.close();
await running.stop();
await health.close();
server.close();
