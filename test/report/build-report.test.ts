import { describe, expect, test } from "vitest";
import type { TaskReport } from "../../src/contract/report.ts";
import {
  buildCheckReport,
  buildReport,
  type CheckVerdictInput,
} from "../../src/report/build-report.ts";

const SERVING = { phase: "serving", started: true, tasks: [] } as const;

const UP: CheckVerdictInput = {
  name: "database",
  scope: "dependency",
  status: "up",
  critical: true,
  shared: false,
  wasUp: true,
  restartAfter: false,
  restartDue: false,
  reason: undefined,
  age: 12,
  duration: 3,
  observations: { waiting: { value: 0, unit: "requests" } },
};
const DOWN: CheckVerdictInput = {
  ...UP,
  status: "down",
  reason: "connect ECONNREFUSED 127.0.0.1:5432",
};
const UNKNOWN: CheckVerdictInput = {
  ...UP,
  status: "unknown",
  reason: "The check has not finished its first run.",
  age: undefined,
  duration: undefined,
  observations: undefined,
};

describe("a report", () => {
  test("of no checks is up once the service has started", () => {
    expect(buildReport("readiness", [], SERVING)).toEqual({
      probe: "readiness",
      status: "up",
      phase: "serving",
      checks: [],
      tasks: [],
    });
  });

  test("says of each check, in order, what is believed of it", () => {
    const report = buildReport("deep", [DOWN, { ...UP, name: "cache" }], SERVING);
    expect(report).toEqual({
      probe: "deep",
      status: "down",
      phase: "serving",
      checks: [
        {
          name: "database",
          scope: "dependency",
          status: "down",
          critical: true,
          shared: false,
          failing: true,
          reason: "connect ECONNREFUSED 127.0.0.1:5432",
          age: 12,
          duration: 3,
          observations: { waiting: { value: 0, unit: "requests" } },
        },
        {
          name: "cache",
          scope: "dependency",
          status: "up",
          critical: true,
          shared: false,
          failing: false,
          reason: undefined,
          age: 12,
          duration: 3,
          observations: { waiting: { value: 0, unit: "requests" } },
        },
      ],
      tasks: [],
    });
  });

  test("holds nothing that only a verdict needs", () => {
    const [line] = buildReport("deep", [UP], SERVING).checks;
    expect(Object.keys(line ?? {})).toEqual([
      ...["name", "scope", "status", "critical", "shared", "failing"],
      ...["reason", "age", "duration", "observations"],
    ]);
  });

  test("gives no reason for a check that is up, whatever it said last", () => {
    const report = buildReport("deep", [{ ...UP, reason: "slow" }], SERVING);
    expect(report.checks[0]?.reason).toBeUndefined();
  });

  test.each(["degraded", "down", "unknown"] as const)(
    "gives the reason for a check that is %s",
    (status) => {
      const report = buildReport("deep", [{ ...UP, status, reason: "slow" }], SERVING);
      expect(report.checks[0]?.reason).toBe("slow");
    },
  );

  test("is degraded by a check that is not critical", () => {
    const report = buildReport("readiness", [UP, { ...DOWN, critical: false }], SERVING);
    expect(report.status).toBe("degraded");
    expect(report.checks[1]).toMatchObject({ status: "down", critical: false, failing: false });
  });

  test("is degraded in readiness and down in deep by a shared check that was up", () => {
    const shared: CheckVerdictInput = { ...DOWN, shared: true };
    expect(buildReport("readiness", [shared], SERVING)).toMatchObject({
      status: "degraded",
      checks: [{ status: "down", shared: true, failing: false }],
    });
    expect(buildReport("deep", [shared], SERVING)).toMatchObject({
      status: "down",
      checks: [{ status: "down", shared: true, failing: true }],
    });
  });

  test("is down in readiness by a shared check that never was up", () => {
    const shared: CheckVerdictInput = { ...DOWN, shared: true, wasUp: false };
    expect(buildReport("readiness", [shared], SERVING).status).toBe("down");
  });

  test("is the worst of its checks and of the life of the process", () => {
    const draining = { phase: "draining", started: true, tasks: [] } as const;
    expect(buildReport("readiness", [UP], draining).status).toBe("down");
    expect(buildReport("deep", [UP], draining).status).toBe("up");
    expect(buildReport("deep", [DOWN], draining).status).toBe("down");
    expect(buildReport("liveness", [UP], draining).status).toBe("up");
    expect(buildReport("readiness", [UP], draining).checks[0]?.failing).toBe(false);
  });

  test("names the start-up tasks that are pending or failed", () => {
    const tasks: readonly TaskReport[] = [
      { name: "warm the cache", status: "pending" },
      { name: "migrate", status: "failed", reason: "relation exists" },
    ];
    const starting = { phase: "starting", started: false, tasks } as const;
    for (const probe of ["readiness", "startup", "deep"] as const) {
      expect(buildReport(probe, [UP], starting)).toMatchObject({ status: "down", tasks });
    }
    expect(buildReport("liveness", [UP], starting)).toMatchObject({ status: "up", tasks });
  });
});

describe("a report of one check", () => {
  test("names it, and holds it alone", () => {
    expect(buildCheckReport("deep", UP, SERVING)).toMatchObject({
      probe: "deep",
      check: "database",
      status: "up",
      phase: "serving",
      checks: [{ name: "database", status: "up" }],
      tasks: [],
    });
    expect(buildCheckReport("deep", UP, SERVING).checks).toHaveLength(1);
  });

  test.each<[string, Partial<CheckVerdictInput>]>([
    ["critical", {}],
    ["not critical", { critical: false }],
    ["shared and was up", { shared: true }],
    ["shared and never was up", { shared: true, wasUp: false }],
  ])("is down when it is down, also when it is %s", (_, own) => {
    for (const finding of [DOWN, UNKNOWN]) {
      expect(buildCheckReport("readiness", { ...finding, ...own }, SERVING).status).toBe("down");
      expect(buildCheckReport("deep", { ...finding, ...own }, SERVING).status).toBe("down");
    }
  });

  test("still says of the check whether it is critical, shared, and makes the probe fail", () => {
    const finding: CheckVerdictInput = { ...DOWN, critical: false, shared: true };
    expect(buildCheckReport("readiness", finding, SERVING).checks[0]).toMatchObject({
      critical: false,
      shared: true,
      failing: false,
    });
  });

  test("is degraded when it is degraded", () => {
    const finding: CheckVerdictInput = { ...UP, status: "degraded", reason: "slow" };
    expect(buildCheckReport("readiness", finding, SERVING).status).toBe("degraded");
  });

  test.each(["starting", "draining"] as const)("is no worse while the service is %s", (phase) => {
    const life = { phase, started: false, tasks: [{ name: "t", status: "pending" }] } as const;
    expect(buildCheckReport("readiness", UP, life)).toMatchObject({
      status: "up",
      phase,
      tasks: life.tasks,
    });
  });

  test("that is unknown does not fail liveness", () => {
    const finding: CheckVerdictInput = { ...UNKNOWN, scope: "process" };
    expect(buildCheckReport("liveness", finding, SERVING).status).toBe("degraded");
  });

  test("with restartAfter fails liveness only when a restart is due", () => {
    const finding: CheckVerdictInput = { ...DOWN, restartAfter: true };
    expect(buildCheckReport("liveness", finding, SERVING).status).toBe("degraded");
    const due: CheckVerdictInput = { ...finding, restartDue: true };
    expect(buildCheckReport("liveness", due, SERVING).status).toBe("down");
  });
});
