import { expect, test } from "vitest";
import { inSeconds } from "../../src/telemetry/in-seconds.ts";

test.each([
  [0, "0 s"],
  [250, "0.25 s"],
  [604, "0.6 s"],
  [2000, "2 s"],
  [8437, "8.4 s"],
  [600_000, "600 s"],
])("%i ms are %s", (milliseconds, expected) => {
  expect(inSeconds(milliseconds)).toBe(expected);
});
