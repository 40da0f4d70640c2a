import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { CheckHistory, History } from "../../src/contract/history.ts";
import { html } from "../../src/formats/html.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { HOSTILE, REPORTS } from "../contracts/format-reports.ts";
import { parsePage } from "../contracts/parse-page.ts";

formatContract(html, {
  parse: parsePage,
  saysDown: (body) => /<h1>(?:readiness|payments): failed<\/h1>/.test(body),
  shorten: (body) => body.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "<$1>…</$1>"),
  examples: "elsewhere",
});

const NOW = Date.UTC(2030, 0, 2, 12, 34, 56);
const MINUTE = 60_000;

function historyOf(checks: Readonly<Record<string, Partial<CheckHistory>>>): History {
  const whole = Object.entries(checks).map(
    ([name, past]) => [name, { entries: [], latency: [], ...past }] as const,
  );
  return { now: NOW, keep: 86_400_000, checks: new Map(whole) };
}

const withHistory = (history: History) => ({
  ...{ parameters: new URLSearchParams(), has: () => false },
  history: () => history,
});

test("a reason is shown as text", async () => {
  const page = await bodyOf(html, HOSTILE, "details");
  expect(page).toContain(
    "&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;\\ ",
  );
});

test("the page loads nothing, and its policy allows its own script and style by their hashes alone", async () => {
  for (const report of Object.values(REPORTS)) {
    const { body, headers } = await html.write(report, "details");
    expect(body.replace(/<script>[\s\S]*<\/script>/, "")).not.toMatch(
      /<link|<img|<iframe|\s(?:src|href|style|on\w+)=|url\(|@import/,
    );
    const policy = headers["Content-Security-Policy"] ?? "";
    expect(policy).not.toContain("unsafe");
    for (const tag of ["style", "script"]) {
      const [, text = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(body) ?? [];
      const hash = createHash("sha256").update(text).digest("base64");
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(policy).toMatch(/^default-src 'none'; .*connect-src 'self'; .*frame-ancestors 'none'$/);
  }
});

test("the page of one check is titled by its name", async () => {
  const report = { ...REPORTS.down, check: "database", checks: REPORTS.down.checks.slice(0, 1) };
  expect(await bodyOf(html, report, "checks")).toContain("<title>database: failed</title>");
});

test("one sentence says what is wrong now", async () => {
  const summary = async (...args: Parameters<typeof html.write>) =>
    /<p class="summary">(.*)<\/p>/.exec(await bodyOf(html, ...args))?.[1];
  expect(await summary(REPORTS.up, "status")).toBe("The readiness probe is ok.");
  expect(await summary(REPORTS.up, "checks")).toBe("All 2 checks are ok.");
  expect(await summary(REPORTS.down, "status")).toBe("The readiness probe is failed.");
  const one = { ...REPORTS.up, checks: REPORTS.up.checks.slice(0, 1) };
  expect(await summary(one, "checks")).toBe("database is ok.");
  expect(await summary(REPORTS.down, "checks")).toMatch(/^database is failed\.$/);
  expect(await summary(REPORTS.down, "details")).toBe(
    "database is failed: connect ECONNREFUSED 10.0.0.7:5432",
  );
  expect(await summary(REPORTS.draining, "details")).toBe("The service is draining.");
  const [database] = REPORTS.down.checks;
  if (database === undefined) throw new Error("The report has checks.");
  const failed = ["a", "b", "c", "d", "e"].map((name) => ({ ...database, name }));
  expect(await summary({ ...REPORTS.down, checks: failed.slice(0, 2) }, "details")).toBe(
    "a and b are failed.",
  );
  expect(await summary({ ...REPORTS.down, checks: failed }, "checks")).toBe(
    "a, b, c and 2 more are failed.",
  );
});

test("the same states have the same entity tag, and others another", async () => {
  const tagOf = async (...args: Parameters<typeof html.write>) =>
    (await html.write(...args)).headers.ETag;
  const tag = await tagOf(REPORTS.up, "checks");
  expect(tag).toMatch(/^"[A-Za-z0-9+/]{24}"$/);
  expect(await tagOf(structuredClone(REPORTS.up), "checks")).toBe(tag);
  expect(await tagOf(REPORTS.down, "checks")).not.toBe(tag);
  const slower = REPORTS.up.checks.map((check) => ({ ...check, age: 5, duration: 77 }));
  expect(await tagOf({ ...REPORTS.up, checks: slower }, "details")).toBe(
    await tagOf(REPORTS.up, "details"),
  );
});

test("the runs of the current minute change nothing", async () => {
  const tag = async (runs: number) => {
    const minute = (at: number) => ({ at, runs, mean: runs, max: runs });
    const whole = { at: NOW - 116_000, runs: 3, mean: 1, max: 2 };
    const latency = [whole, minute(NOW - (NOW % 60_000))];
    const query = withHistory(historyOf({ database: { latency } }));
    return (await html.write(REPORTS.up, "details", query)).headers.ETag;
  };
  expect(await tag(1)).toBe(await tag(2));
});

test("history is shown with details alone", async () => {
  const entries = [{ at: NOW - 60_000, status: "down", reason: "no route" }] as const;
  const query = withHistory(historyOf({ database: { entries } }));
  for (const exposure of ["status", "checks"] as const) {
    expect(await bodyOf(html, REPORTS.up, exposure, query)).toBe(
      await bodyOf(html, REPORTS.up, exposure),
    );
  }
  const page = await bodyOf(html, REPORTS.up, "details", query);
  expect(page).toContain("no route");
  parsePage(page);
});

test("the band joins what is alike, and a slot has the worst of its states", async () => {
  const day = 86_400_000;
  const slot = day / 288;
  const hour = 3_600_000;
  const noon = Date.UTC(2030, 0, 2, 12);
  const entries = [
    { at: noon - 6 * hour, status: "up" },
    { at: noon - 2 * hour + 10, status: "down" },
    { at: noon - 2 * hour + 20, status: "up" },
    { at: noon - hour, status: "degraded" },
  ] as const;
  const page = await bodyOf(
    html,
    REPORTS.up,
    "details",
    withHistory({ ...historyOf({ database: { entries } }), now: noon + slot / 2 }),
  );
  const [, table = ""] = /id="table-band-database">([\s\S]*?)<\/details>/.exec(page) ?? [];
  const rows = [...table.matchAll(/<tr><td>(.*?)<\/td><\/tr>/g)].map(([, cells = ""]) =>
    cells.replace(/<[^>]+>/g, " ").split(/\s{2,}/),
  );
  expect(rows.map((cells) => cells.slice(-2))).toEqual([
    ["unknown", "0"],
    ["ok", "1"],
    ["failed", "2"],
    ["ok", "0"],
    ["degraded", "1"],
  ]);
  expect(rows[2]?.join(" ")).toContain("2030-01-02 10:00:00 UTC 2030-01-02 10:05:00 UTC");
});

test("a page of 50 checks that flap all day is small, and lists the last 20 changes", async () => {
  const entries = Array.from({ length: 1000 }, (_, index) => ({
    at: NOW - (1000 - index) * 80_000,
    status: index % 2 === 0 ? ("down" as const) : ("up" as const),
    reason: `refused for the ${index}th time`,
  }));
  const latency = Array.from({ length: 60 }, (_, index) => ({
    ...{ at: NOW - (60 - index) * 60_000, runs: 30, mean: 1 + index / 7, max: 9 + index },
  }));
  const [database] = REPORTS.down.checks;
  if (database === undefined) throw new Error("The report has checks.");
  const names = Array.from({ length: 50 }, (_, index) => `check-${index}`);
  const query = withHistory(
    historyOf(Object.fromEntries(names.map((name) => [name, { entries, latency }]))),
  );
  const report = { ...REPORTS.down, checks: names.map((name) => ({ ...database, name })) };
  const page = await bodyOf(html, report, "details", query);
  parsePage(page);
  expect(page.match(/<li>/g)?.length).toBe(20);
  expect(gzipSync(page).length).toBeLessThan(60_000);
});

test("a page of 50 checks with a day of history is under 20 KiB, gzipped", async () => {
  const [database] = REPORTS.down.checks;
  if (database === undefined) throw new Error("The report has checks.");
  const names = Array.from({ length: 50 }, (_, index) => `service-${index}`);
  // Latencies are as a clock measures them, with every digit.
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const pastOf = (place: number): Partial<CheckHistory> => ({
    entries: [{ at: NOW - 72_000_000, status: "up" }],
    latency: Array.from({ length: 60 }, (_, index) => {
      const runs = Array.from(
        { length: 12 },
        () => (0.5 + (place % 9)) * Math.exp(1.2 * random() ** 4),
      );
      const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
      const at = MINUTE * (Math.floor(NOW / MINUTE) - 60 + index);
      return { at, runs: 12, mean, max: Math.max(...runs) };
    }),
  });
  const query = withHistory(
    historyOf(Object.fromEntries(names.map((name, place) => [name, pastOf(place)]))),
  );
  const report = { ...REPORTS.down, checks: names.map((name) => ({ ...database, name })) };
  const page = await bodyOf(html, report, "details", query);
  parsePage(page);
  expect(page.match(/<path class="line"/g)).toHaveLength(50);
  expect(gzipSync(page).length).toBeLessThan(20 * 1024);
});

test.each([
  ["goes from minute to minute", [0, 10, 5], "M60 22l1 -20 1 10"],
  ["leaves out what had no run", [10, undefined, 5], "M60 2l2 10"],
  ["of one minute is a dot", [3], "M62 2h0"],
  ["of no time lies at the bottom", [0, 0], "M61 22l1 0"],
])("the line of the latency %s", async (_, means, path) => {
  const first = MINUTE * (Math.floor(NOW / MINUTE) - means.length);
  const latency = means.flatMap((mean, index) =>
    mean === undefined ? [] : [{ at: first + index * MINUTE, runs: 1, mean, max: mean }],
  );
  const query = withHistory(historyOf({ database: { latency } }));
  expect(await bodyOf(html, REPORTS.up, "details", query)).toContain(
    `<path class="line" d="${path}"/>`,
  );
});

test("the table of the latency has a row for each five minutes, whose runs count alike", async () => {
  const first = MINUTE * (Math.floor(NOW / MINUTE) - 14);
  const latency = [
    { at: first, runs: 1, mean: 1, max: 1 },
    { at: first + 2 * MINUTE, runs: 3, mean: 5, max: 9.876 },
    { at: first + 13 * MINUTE, runs: 2, mean: 0.12345, max: 0.2 },
  ];
  const page = await bodyOf(
    html,
    REPORTS.up,
    "details",
    withHistory(historyOf({ database: { latency } })),
  );
  const [, table = ""] =
    /<details id="table-latency-database">[\s\S]*?<tbody>\n?([\s\S]*?)<\/tbody>/.exec(page) ?? [];
  const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    row.match(/[^<>]+(?=<\/td>)/g),
  );
  expect(rows).toEqual([
    ["12:20", "4 ms", "9.88 ms", "4"],
    ["12:30", "0.123 ms", "0.2 ms", "2"],
  ]);
});

test("the page without a history is under 20 KiB, gzipped", async () => {
  expect(gzipSync(await bodyOf(html, REPORTS.down, "details")).length).toBeLessThan(20 * 1024);
});
