import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { descriptorLimit, softLimitIn } from "../../src/server/internal/descriptor-limit.ts";
import { connectionsWithin, LIMITS } from "../../src/server/internal/server-limits.ts";

test.each<[number | undefined, number]>([
  [undefined, 512],
  [1_048_576, 512],
  [2048, 512],
  [1024, 256],
  [64, 16],
  [20, 5],
  [8, 4],
])("of %s descriptors, %i are for connections", (descriptors, expected) => {
  expect(connectionsWithin(descriptors, LIMITS.connections)).toBe(expected);
});

test("requests of all are twice the connections, so that one request each never ends a connection", () => {
  expect(LIMITS.requests).toBeGreaterThanOrEqual(2 * LIMITS.connections);
});

test.each<[string, number | undefined]>([
  ["Max open files            64                   4096                 files     ", 64],
  ["Max cpu time  unlimited  unlimited  seconds\nMax open files  1024  524288  files", 1024],
  ["Max open files            unlimited            unlimited            files     ", undefined],
  ["", undefined],
])("the soft limit of %j is %s", (limits, expected) => {
  expect(softLimitIn(limits)).toBe(expected);
});

test("the limit is that of the shell", async () => {
  const { stdout } = await promisify(execFile)("sh", ["-c", "ulimit -n"]);
  // Node raises its own to the hard one, as it starts.
  const { stdout: hard } = await promisify(execFile)("sh", ["-c", "ulimit -Hn"]);
  expect([stdout, hard].map(Number)).toContain(descriptorLimit());
});
