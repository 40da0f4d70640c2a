import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CheckHistory, HistoryEntry } from "../../src/contract/history.ts";
import type { CheckReport } from "../../src/contract/report.ts";
import { escapeHtml } from "../../src/formats/internal/page/elements.ts";
import { writePage } from "../../src/formats/internal/page/page.ts";
import { SCRIPT } from "../../src/formats/internal/page/script.ts";
import { STYLE } from "../../src/formats/internal/page/style.ts";
import { summaryOf } from "../../src/formats/internal/page/summary.ts";
import { shapeOf } from "../../src/formats/internal/page/words.ts";
import { CACHE, DATABASE, REPORTS } from "../contracts/format-reports.ts";

const NOON = Date.UTC(2030, 0, 2, 12);
const QUERY = { parameters: new URLSearchParams(), has: () => false };

/** The page of some checks with details, and with what is known of their past. */
async function pageOf(
  checks: readonly CheckReport[],
  pasts: Readonly<Record<string, readonly HistoryEntry[]>> = {},
): Promise<string> {
  const whole = Object.entries(pasts).map(([name, entries]): [string, CheckHistory] => [
    name,
    { entries, latency: [] },
  ]);
  const history = () => ({ now: NOON, keep: 86_400_000, checks: new Map(whole) });
  return (await writePage({ ...REPORTS.up, checks }, "details", { ...QUERY, history })).body;
}

const PLAIN = { ...DATABASE, observations: undefined };

test("the policy of the page allows its style, its script and requests to its origin alone", async () => {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const { headers } = await writePage(REPORTS.up, "checks", undefined);
  expect(headers["Content-Security-Policy"]?.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${hash(SCRIPT)}`,
    `style-src ${hash(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test("the page has a style for light and dark, and a script that leaves no global name", async () => {
  const page = await pageOf([]);
  expect(page).toContain("<style>:root{color-scheme:light dark;");
  expect(page).toContain("<script>(() => {");
});

test("checks are listed the worst first, and in their own order where they are alike", async () => {
  const checks = (["up", "degraded", "unknown", "down", "up"] as const).map((status, index) => {
    return { ...PLAIN, name: `check-${index}`, status };
  });
  const listed = [...(await pageOf(checks)).matchAll(/<li data-check="(.*?)" data-word="(.*?)">/g)];
  expect(listed.map(([, name, word]) => `${name} ${word}`)).toEqual([
    "check-3 failed",
    "check-2 unknown",
    "check-1 degraded",
    "check-0 ok",
    "check-4 ok",
  ]);
});

test("the signs of HTML are escaped, and control characters are one space", () => {
  expect(escapeHtml(`<a href="b">'&'</a>\r\n\u2028c`)).toBe(
    "&lt;a href=&quot;b&quot;&gt;&#39;&amp;&#39;&lt;/a&gt; c",
  );
});

test.each([
  [
    "ok",
    "a tick in a circle",
    '<circle cx="8" cy="8" r="7"/><path class="ink" d="M4.5 8.5l2.5 2.5 4.5-5.5"/>',
  ],
  ["degraded", "a triangle", '<path d="M8 1.5l7 13H1z"/><path class="ink" d="M8 6v4m0 1.5v1.5"/>'],
  [
    "failed",
    "a cross in a square",
    '<path d="M1 1h14v14H1z"/><path class="ink" d="M5 5l6 6m0-6l-6 6"/>',
  ],
  ["unknown", "a ring", '<circle class="ring" cx="8" cy="8" r="6"/>'],
])("the shape of %s is %s, which screen readers pass over", (word, _, paths) => {
  expect(shapeOf(word)).toBe(
    `<svg class="shape ${word}" viewBox="0 0 16 16" aria-hidden="true">${paths}</svg>`,
  );
});

describe("the item of a check", () => {
  const lines = async (check: CheckReport, entries?: readonly HistoryEntry[]) => {
    const page = await pageOf([check], entries && { [check.name]: entries });
    return /<\/div>\n([\s\S]*?)<(?:figure|\/li)>/.exec(page)?.[1]?.split("\n").slice(0, -1);
  };

  test("says since when, why and by which code it is not up, and what it is to the service", async () => {
    const check = { ...PLAIN, status: "down", reason: "refused <1>", code: "E&1" } as const;
    const entries = (["up", "degraded", "down"] as const).map((status, index) => {
      return { at: NOON - (3 - index) * 60_000, status };
    });
    expect(await lines({ ...check, critical: false, shared: true }, entries)).toEqual([
      '<p class="soft">since <time datetime="2030-01-02T11:59:00Z">2030-01-02 11:59:00 UTC</time></p>',
      "<p>refused &lt;1&gt;</p>",
      '<p class="soft">E&amp;1</p>',
      '<p class="soft">not critical, shared</p>',
    ]);
  });

  test("is its word alone where there is nothing to say", async () => {
    expect(await lines(PLAIN)).toEqual([]);
  });

  test("has no charts in a service that keeps no history", async () => {
    const { body } = await writePage(REPORTS.up, "details", QUERY);
    expect(body).not.toContain("<figure>");
  });
});

describe("the last changes", () => {
  const time = (clock: string) =>
    `<time datetime="2030-01-02T${clock}Z">2030-01-02 ${clock} UTC</time>`;

  test("are those of all checks, the latest first, with the reason of what is not ok", async () => {
    const page = await pageOf([PLAIN, CACHE], {
      database: [
        { at: NOON - 50_000, status: "unknown" },
        { at: NOON - 20_000, status: "down", reason: "refused <1>" },
        { at: NOON - 10_000, status: "up", reason: "a reason that has passed" },
      ],
      cache: [{ at: NOON - 30_000, status: "degraded", reason: "slow" }],
    });
    const change = (clock: string, word: string, name: string, why = "") =>
      `<li>${time(clock)} ${shapeOf(word)} ${name} is <span class="${word}">${word}</span>${why}</li>`;
    expect(/<h2>Last[\s\S]*<\/ol>/.exec(page)?.[0].split("\n")).toEqual([
      "<h2>Last changes</h2>",
      '<ol class="changes">',
      change("11:59:50", "ok", "database"),
      change("11:59:40", "failed", "database", ": refused &lt;1&gt;"),
      change("11:59:30", "degraded", "cache", ": slow"),
      change("11:59:10", "unknown", "database"),
      "</ol>",
    ]);
  });

  test("are 20 at most, of whichever checks", async () => {
    const entries = (offset: number): HistoryEntry[] =>
      Array.from({ length: 15 }, (_, index) => {
        return { at: NOON - (30 - index * 2 - offset) * 1000, status: "down" };
      });
    const page = await pageOf([PLAIN, CACHE], { database: entries(0), cache: entries(1) });
    const listed = [...page.matchAll(/<li><time datetime="(.*?)">/g)].map(([, at]) => at);
    expect(listed).toHaveLength(20);
    expect(listed).toEqual([...listed].sort().reverse());
    expect(listed[0]).toBe("2030-01-02T11:59:59Z");
  });

  test("are left out where there are none", async () => {
    const page = await pageOf([PLAIN], { database: [] });
    expect(page).not.toContain("Last changes");
    expect(page).toContain("</ul>\n</main>");
  });
});

describe("the summary", () => {
  const summary = (...checks: CheckReport[]) =>
    summaryOf({ ...REPORTS.up, status: "degraded", checks }, "details");

  test("names what is degraded where nothing has failed", () => {
    const slow = { ...PLAIN, status: "degraded", reason: "slow" } as const;
    expect(summary(slow, CACHE)).toBe("database is degraded: slow");
    expect(summary(slow, { ...CACHE, status: "down", reason: "refused" })).toBe(
      "cache is failed: refused",
    );
  });

  test("ends with the word where no reason is known", () => {
    expect(summary({ ...PLAIN, status: "down" })).toBe("database is failed.");
  });
});
