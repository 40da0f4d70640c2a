import { expect, test } from "vitest";
import type { HistoryEntry } from "../../src/contract/history.ts";
import { writeHistory } from "../../src/formats/internal/history.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const NOON = Date.UTC(2030, 0, 2, 12);
const QUERY = { parameters: new URLSearchParams(), has: () => false };

/** The data of the database, of a service that keeps the same past for two checks. */
async function databaseWith(entries: readonly HistoryEntry[]) {
  const past = { entries, latency: [] };
  const checks = new Map([
    ["database", past],
    ["cache", past],
  ]);
  const history = () => ({ now: NOON, keep: 86_400_000, checks });
  const { body } = await writeHistory(REPORTS.down, "details", { ...QUERY, history });
  return JSON.parse(body).checks.database;
}

test("a service that keeps no history has the checks, without a past", async () => {
  for (const query of [undefined, QUERY]) {
    const { body, headers } = await writeHistory(REPORTS.down, "details", query);
    const { keep, checks } = JSON.parse(body);
    expect([keep, checks.cache]).toEqual([
      undefined,
      { status: "ok", critical: false, shared: false },
    ]);
    expect(headers.ETag).toMatch(/^"[A-Za-z0-9+/]{24}"$/);
  }
});

test("a check is in its state since its last change, and unknown is told from failed", async () => {
  const entries = (["up", "down", "unknown"] as const).map((status, index) => {
    return { at: NOON - (3 - index) * 1000, status };
  });
  const { since, changes } = await databaseWith(entries);
  expect(since).toBe("2030-01-02T11:59:59Z");
  expect(changes.map(({ status }: { status: string }) => status)).toEqual([
    "ok",
    "failed",
    "unknown",
  ]);
});

test("of two checks that flap, each has its latest 2500 changes", async () => {
  const entries = Array.from({ length: 3000 }, (_, index): HistoryEntry => {
    return { at: NOON - (3000 - index) * 1000, status: "down" };
  });
  const { changes } = await databaseWith(entries);
  expect(changes).toHaveLength(2500);
  expect(changes.at(-1).at).toBe("2030-01-02T11:59:59Z");
});
