import { describe, expect, test } from "vitest";
import { quietTime } from "../../src/shutdown/quiet-time.ts";

const traffic = (mean: number, longest: number, count = 100) => ({ count, mean, longest });

describe("where probers have received their 503s", () => {
  test.each([
    ["200 requests/s", traffic(5, 40), 250],
    ["5 requests/s", traffic(200, 1100), 600],
    ["one request a second", traffic(1000, 4000), 2000],
    ["fewer than ten requests", traffic(5, 5, 9), 2000],
  ])("%s: %o are waited for %i ms", (_, summary, expected) => {
    expect(quietTime(summary, "probers")).toBe(expected);
  });
});

describe("where silence is the only evidence", () => {
  test.each([
    ["200 requests/s", traffic(5, 40), 250],
    ["nine times the mean", traffic(50, 100), 450],
    ["bursts: 1.5 times the longest gap", traffic(5, 800), 1200],
    ["5 requests/s", traffic(200, 1100), 1800],
    ["one request a second", traffic(1000, 4000), 2000],
    ["nothing", { count: 0, mean: Infinity, longest: Infinity }, 2000],
  ])("%s: %o are waited for %i ms", (_, summary, expected) => {
    expect(quietTime(summary, "silence")).toBe(expected);
  });
});
