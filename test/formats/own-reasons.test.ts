import { expect, test } from "vitest";
import type { Report } from "../../src/contract/report.ts";
import { oneLine, ownReasons } from "../../src/formats/internal/visible-checks.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const STALLED = "The event loop stalls.";

function reasons(changes: Partial<Report>): readonly string[] {
  return ownReasons({ ...REPORTS.up, status: "down", ...changes });
}

test("a service that passes a probe has no reason to fail it", () => {
  const { tasks } = REPORTS.starting;
  expect(reasons({ status: "up", reason: STALLED, phase: "starting", tasks })).toEqual([]);
  expect(reasons({ status: "degraded", phase: "draining" })).toEqual([]);
});

test.each<[Report["probe"], Report["phase"], readonly string[]]>([
  ["readiness", "starting", ["The service is starting."]],
  ["readiness", "draining", ["The service is draining."]],
  ["readiness", "serving", []],
  ["startup", "starting", ["The service is starting."]],
  ["startup", "draining", []],
  ["deep", "draining", []],
  ["liveness", "starting", []],
  ["liveness", "draining", []],
])("%s fails by the phase %s for %j", (probe, phase, expected) => {
  expect(reasons({ probe, phase })).toEqual(expected);
  expect(reasons({ probe, phase, reason: STALLED })).toEqual([STALLED, ...expected]);
});

test("start-up tasks are named, with the reason of one that has failed", () => {
  const failed = { name: "warm", status: "failed" } as const;
  const tasks = [
    { name: "load", status: "pending" } as const,
    { ...failed, reason: "refused\r\nby the host" },
    failed,
  ];
  expect(reasons({ phase: "starting", tasks })).toEqual([
    "The service is starting.",
    'The start-up task "load" is pending.',
    'The start-up task "warm" has failed: refused by the host',
    'The start-up task "warm" has failed: no reason was given',
  ]);
});

test("neither the phase nor a task is the reason of a check, of a group, or of liveness", () => {
  const starting = { phase: "starting", tasks: REPORTS.starting.tasks } as const;
  for (const changes of [{ check: "payments" }, { probe: "liveness" }] as const) {
    expect(reasons({ ...starting, ...changes })).toEqual([]);
    expect(reasons({ ...starting, ...changes, reason: "it\nstalls" })).toEqual(["it stalls"]);
  }
});

test("a text is in one line, and each run of control characters in it is one space", () => {
  expect(oneLine("a\r\n\tb\u0085c\u2028\u2029d\u007fe \u0000")).toBe("a b c d e  ");
});
