import { describe, expect, test } from "vitest";
import type { Probe } from "../../src/contract/probe.ts";
import type { TaskReport } from "../../src/contract/report.ts";
import type { CheckState } from "../../src/engine/check-state.ts";
import type { CheckSettings } from "../../src/engine/settings.ts";
import {
  buildReport as build,
  buildCheckReport as buildOne,
  type LifecycleSnapshot,
} from "../../src/report/build-report.ts";

const SERVING = { phase: "serving", started: true, tasks: [] } as const;

/** The moment of the report. */
const NOW = 1000;

const SETTINGS: CheckSettings = {
  ...{ name: "database", groups: [], hop: false, scope: "dependency", timeout: 500, maxAge: 1000 },
  ...{ interval: undefined, failureThreshold: 1, successThreshold: 1, critical: true },
  ...{ shared: false, probes: ["readiness", "deep"], restartAfter: undefined },
};
const UP: CheckState = {
  settings: SETTINGS,
  status: "up",
  wasUp: true,
  restartAt: undefined,
  staleAt: undefined,
  reason: undefined,
  code: undefined,
  startedAt: NOW - 12,
  duration: 3,
  observations: { waiting: { value: 0, unit: "requests" } },
};
const DOWN: CheckState = {
  ...UP,
  status: "down",
  reason: "connect ECONNREFUSED 127.0.0.1:5432",
  code: "ECONNREFUSED",
};
const UNKNOWN: CheckState = {
  ...UP,
  status: "unknown",
  reason: "The check has not finished its first run.",
  code: "HALE_NOT_RUN",
  startedAt: undefined,
  duration: undefined,
  observations: undefined,
};

const buildReport = (probe: Probe, states: readonly CheckState[], lifecycle: LifecycleSnapshot) =>
  build(probe, { states, lifecycle, now: NOW });
const buildCheckReport = (probe: Probe, state: CheckState, lifecycle: LifecycleSnapshot) =>
  buildOne(probe, state, { states: [state], lifecycle, now: NOW });

/** The same state, of a check with other settings. */
function withSettings(state: CheckState, settings: Partial<CheckSettings>): CheckState {
  return { ...state, settings: { ...state.settings, ...settings } };
}

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
    const report = buildReport("deep", [DOWN, withSettings(UP, { name: "cache" })], SERVING);
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
          code: "ECONNREFUSED",
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
          code: undefined,
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
      ...["reason", "code", "age", "duration", "observations"],
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

  test("gives no age for a check that has not run", () => {
    const report = buildReport("deep", [UNKNOWN], SERVING);
    expect(report.checks[0]).toMatchObject({ status: "unknown", age: undefined });
  });

  test("is degraded by a check that is not critical", () => {
    const report = buildReport("readiness", [UP, withSettings(DOWN, { critical: false })], SERVING);
    expect(report.status).toBe("degraded");
    expect(report.checks[1]).toMatchObject({ status: "down", critical: false, failing: false });
  });

  test("is degraded in readiness and down in deep by a shared check that was up", () => {
    const shared = withSettings(DOWN, { shared: true });
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
    const shared = withSettings({ ...DOWN, wasUp: false }, { shared: true });
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

test("a report is frozen, and holds copies of what the service goes on to change", () => {
  const tasks = [{ name: "warm the cache", status: "pending" as const }];
  const report = buildReport("deep", [UP], { phase: "starting", started: false, tasks });
  for (const part of [report, report.checks, report.checks[0], report.tasks, report.tasks[0]]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
  expect(report.tasks[0]).not.toBe(tasks[0]);
});

test.each(["starting", "draining"] as const)(
  "a report of one group names it, and is no worse while the service is %s",
  (phase) => {
    const lifecycle = { phase, started: false, tasks: [] };
    const report = build("readiness", { states: [UP], lifecycle, now: NOW }, "payments");
    expect(report).toMatchObject({ check: "payments", status: "up", phase });
  },
);

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

  test.each<[string, Partial<CheckSettings>, boolean?]>([
    ["critical", {}],
    ["not critical", { critical: false }],
    ["shared and was up", { shared: true }],
    ["shared and never was up", { shared: true }, false],
  ])("is down when it is down, also when it is %s", (_, own, wasUp = true) => {
    for (const finding of [DOWN, UNKNOWN]) {
      expect(
        buildCheckReport("readiness", withSettings({ ...finding, wasUp }, own), SERVING).status,
      ).toBe("down");
      expect(
        buildCheckReport("deep", withSettings({ ...finding, wasUp }, own), SERVING).status,
      ).toBe("down");
    }
  });

  test("still says of the check whether it is critical, shared, and makes the probe fail", () => {
    const finding = withSettings(DOWN, { critical: false, shared: true });
    expect(buildCheckReport("readiness", finding, SERVING).checks[0]).toMatchObject({
      critical: false,
      shared: true,
      failing: false,
    });
  });

  test("is degraded when it is degraded", () => {
    const finding: CheckState = { ...UP, status: "degraded", reason: "slow" };
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
    const finding = withSettings(UNKNOWN, { scope: "process" });
    expect(buildCheckReport("liveness", finding, SERVING).status).toBe("degraded");
  });

  test("with restartAfter fails liveness only when a restart is due", () => {
    const finding = withSettings(DOWN, { restartAfter: 10_000 });
    expect(buildCheckReport("liveness", finding, SERVING).status).toBe("degraded");
    const due = { ...finding, restartAt: NOW };
    expect(buildCheckReport("liveness", due, SERVING).status).toBe("down");
  });
});
