import { expect, test } from "vitest";
import { formatDuration, MAX_DURATION, parseDuration } from "../../../src/cli/internal/duration.ts";

test.each([
  ["0s", 0],
  ["1ms", 1],
  ["500ms", 500],
  ["1s", 1000],
  ["1.5s", 1500],
  ["0.0004s", 0],
  ["90s", 90_000],
  ["2m", 120_000],
  ["1h", 3_600_000],
  ["1m30s", 90_000],
  ["1h2m3s4ms", 3_723_004],
  ["576h", MAX_DURATION],
  ["9999999h", 9_999_999 * 3_600_000],
])("%s is %d ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  "",
  "1",
  "500",
  "s",
  "-1s",
  "+1s",
  "1 s",
  " 1s",
  "1s\n",
  "1S",
  "1sec",
  "1d",
  "1.5m",
  ".5s",
  "1,5s",
  "1e3ms",
  "30s1m",
  "1s1s",
  "0x1s",
  "∞s",
])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, "0s"],
  [1, "1ms"],
  [1500, "1500ms"],
  [60_000, "1m"],
  [90_000, "90s"],
  [7_200_000, "2h"],
])("%d ms are written %s, which means the same", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
  expect(parseDuration(text)).toBe(milliseconds);
});

test("the longest duration is one that a timer of Node can wait", () => {
  expect(MAX_DURATION).toBeLessThan(2 ** 31);
});
