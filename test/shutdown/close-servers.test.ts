import { expect, test } from "vitest";
import { describeCutOff } from "../../src/shutdown/close-servers.ts";

test.each([
  [0, 0, undefined],
  [1, 0, "1 request was cut off; raise requestTimeout, or end streams in onStop"],
  [2, 0, "2 requests were cut off; raise requestTimeout, or end streams in onStop"],
  [0, 1, "1 connection was cut off; raise requestTimeout, or end streams in onStop"],
  [1, 1, "1 request and 1 connection were cut off; raise requestTimeout, or end streams in onStop"],
  [
    3,
    2,
    "3 requests and 2 connections were cut off; raise requestTimeout, or end streams in onStop",
  ],
])("%i requests and %i connections are %s", (requests, connections, words) => {
  expect(describeCutOff({ requests, connections })).toBe(words);
});
