import { expect, test } from "vitest";
import { parseTimeout } from "../../../src/server/grpc/grpc-timeout.ts";

test.each([
  ["1S", 1000],
  ["100m", 100],
  ["2M", 120_000],
  ["1H", 3_600_000],
  ["1500u", 2],
  ["1n", 1],
  ["0S", 0],
  ["99999999n", 100],
  // More than a timer can wait.
  ["99999999H", 2 ** 31 - 1],
])("%s is %i ms", (value, milliseconds) => {
  expect(parseTimeout(value)).toBe(milliseconds);
});

test.each(["", "1", "S", "1s", "1 S", "-1S", "1.5S", "123456789S", "1SS", "1x", "constructor"])(
  "%j is no timeout",
  (value) => {
    expect(parseTimeout(value)).toBeUndefined();
  },
);
