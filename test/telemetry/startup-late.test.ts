import { expect, test } from "vitest";
import type { TaskReport } from "../../src/contract/report.ts";
import { createTransitionLog } from "../../src/telemetry/transition-log.ts";
import { compose } from "../_support/compose.ts";
import { settled } from "../_support/fake-clock.ts";

test.each<[string, readonly TaskReport[], readonly string[], string]>([
  [
    "its tasks, with how far they are",
    [
      { name: "warm", status: "pending" },
      { name: "load", status: "pending", progress: 0.404 },
      { name: "seed", status: "failed", reason: "no cache" },
    ],
    [],
    '"warm", "load" (40 %), "seed" (failed)',
  ],
  ["what else it needs", [], ["markStarted()"], "markStarted()"],
  [
    "both",
    [{ name: "warm", status: "pending" }],
    ["a server to listen, or markStarted()"],
    '"warm", a server to listen, or markStarted()',
  ],
])("a start that takes long waits for %s", (_, tasks, awaited, what) => {
  const lines: unknown[] = [];
  createTransitionLog((...line) => lines.push(line)).startupLate(tasks, awaited);
  expect(lines).toEqual([
    ["warn", `startup is still 503 after its deadline; waiting for: ${what}`, { tasks }],
  ]);
});

test("a service logs it at its startup.deadline", async () => {
  const { clock, lines } = compose({ startup: { manual: true, deadline: 5000 } });
  await clock.advance(5000);
  await settled();
  expect(lines).toEqual([
    ["warn", "hale: startup is still 503 after its deadline; waiting for: markStarted()"],
  ]);
});
