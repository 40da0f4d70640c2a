import { describe, expect, test } from "vitest";
import type { OutcomeStatus, Scope, Status } from "../../src/contract/check.ts";
import { type Phase, PROBES, type Probe } from "../../src/contract/probe.ts";
import {
  type VerdictInput,
  verdictOf,
  verdictOfLifecycle,
  worst,
} from "../../src/report/verdict.ts";

const STATUSES = ["up", "degraded", "down", "unknown"] as const satisfies readonly Status[];
const BOTH = [true, false] as const;

type Restart = "none" | "not due" | "due";

/** The moment of the verdict. */
const NOW = 5000;

/** Every evidence that there can be. */
const EVIDENCE: readonly (VerdictInput & { readonly settings: { readonly scope: Scope } })[] =
  STATUSES.flatMap((status) =>
    (["process", "dependency"] as const).flatMap((scope) =>
      BOTH.flatMap((critical) =>
        BOTH.flatMap((shared) =>
          BOTH.flatMap((wasUp) =>
            (["none", "not due", "due"] as const).map((restart) => ({
              ...{ status, wasUp },
              settings: {
                ...{ scope, critical, shared },
                restartAfter: restart === "none" ? undefined : 10_000,
              },
              restartAt: { none: undefined, "not due": NOW + 1, due: NOW }[restart],
            })),
          ),
        ),
      ),
    ),
  );

/** One row of section 4 of the design: what is left out may be anything. */
interface Row {
  readonly probe?: Probe;
  readonly status: readonly Status[];
  readonly critical?: boolean;
  /** Shared by all replicas, and up once in this process. */
  readonly sharedAndWasUp?: boolean;
  readonly restart?: Restart;
  readonly verdict: OutcomeStatus;
}

const FAILED = ["down", "unknown"] as const;
const TABLE: readonly Row[] = [
  { status: ["up"], verdict: "up" },
  { status: ["degraded"], verdict: "degraded" },
  { status: FAILED, critical: false, verdict: "degraded" },
  { probe: "liveness", status: ["unknown"], critical: true, verdict: "degraded" },
  { probe: "liveness", status: ["down"], critical: true, restart: "none", verdict: "down" },
  { probe: "liveness", status: ["down"], critical: true, restart: "not due", verdict: "degraded" },
  { probe: "liveness", status: ["down"], critical: true, restart: "due", verdict: "down" },
  { probe: "readiness", status: FAILED, critical: true, sharedAndWasUp: true, verdict: "degraded" },
  { probe: "readiness", status: FAILED, critical: true, sharedAndWasUp: false, verdict: "down" },
  { probe: "startup", status: FAILED, critical: true, verdict: "down" },
  { probe: "deep", status: FAILED, critical: true, verdict: "down" },
];

describe("what one check makes of a probe", () => {
  test.each(TABLE.map((row) => ({ ...row, title: titleOf(row) })))("$title", (row) => {
    const cases = casesOf(row);
    expect(cases.length).toBeGreaterThan(0);
    const others = cases.filter(({ probe, check }) => verdictOf(probe, check, NOW) !== row.verdict);
    expect(others.map(({ probe, check }) => `${probe} ${JSON.stringify(check)}`)).toEqual([]);
  });

  test("is said by exactly one row of the table, whatever the evidence", () => {
    expect(EVIDENCE).toHaveLength(192);
    for (const probe of PROBES) {
      for (const check of EVIDENCE) {
        expect(TABLE.filter((row) => fits(row, probe, check))).toHaveLength(1);
      }
    }
  });

  test("does not depend on its scope", () => {
    for (const probe of PROBES) {
      for (const check of EVIDENCE) {
        const scope = check.settings.scope === "process" ? "dependency" : "process";
        const other = { ...check, settings: { ...check.settings, scope } };
        expect(verdictOf(probe, other, NOW)).toBe(verdictOf(probe, check, NOW));
      }
    }
  });
});

describe("what the life of the process makes of a probe", () => {
  test.each<[Probe, Phase, boolean, OutcomeStatus]>([
    ["liveness", "starting", false, "up"],
    ["liveness", "starting", true, "up"],
    ["liveness", "serving", false, "up"],
    ["liveness", "serving", true, "up"],
    ["liveness", "draining", false, "up"],
    ["liveness", "draining", true, "up"],
    ["readiness", "starting", false, "down"],
    ["readiness", "starting", true, "up"],
    ["readiness", "serving", false, "down"],
    ["readiness", "serving", true, "up"],
    ["readiness", "draining", false, "down"],
    ["readiness", "draining", true, "down"],
    ["startup", "starting", false, "down"],
    ["startup", "starting", true, "up"],
    ["startup", "serving", false, "down"],
    ["startup", "serving", true, "up"],
    ["startup", "draining", false, "down"],
    ["startup", "draining", true, "up"],
    ["deep", "starting", false, "down"],
    ["deep", "starting", true, "up"],
    ["deep", "serving", false, "down"],
    ["deep", "serving", true, "up"],
    ["deep", "draining", false, "down"],
    ["deep", "draining", true, "up"],
  ])("%s, %s, startup done: %s is %s", (probe, phase, started, verdict) => {
    expect(verdictOfLifecycle(probe, { phase, started })).toBe(verdict);
  });
});

test.each<[readonly OutcomeStatus[], OutcomeStatus]>([
  [[], "up"],
  [["up"], "up"],
  [["degraded"], "degraded"],
  [["down"], "down"],
  [["up", "up"], "up"],
  [["up", "degraded"], "degraded"],
  [["degraded", "up"], "degraded"],
  [["degraded", "down", "up"], "down"],
  [["down", "degraded"], "down"],
  [["up", "down", "up"], "down"],
])("the worst of %j is %s", (verdicts, verdict) => {
  expect(worst(verdicts)).toBe(verdict);
});

function casesOf(row: Row) {
  return PROBES.flatMap((probe) =>
    EVIDENCE.filter((check) => fits(row, probe, check)).map((check) => ({ probe, check })),
  );
}

function fits(row: Row, probe: Probe, check: VerdictInput): boolean {
  const { critical, sharedAndWasUp, restart } = row;
  return (
    (row.probe ?? probe) === probe &&
    row.status.includes(check.status) &&
    (critical ?? check.settings.critical) === check.settings.critical &&
    (sharedAndWasUp === undefined || sharedAndWasUp === (check.settings.shared && check.wasUp)) &&
    (restart ?? restartOf(check)) === restartOf(check)
  );
}

function restartOf({ settings, restartAt }: VerdictInput): Restart {
  if (settings.restartAfter === undefined) return "none";
  return restartAt !== undefined && restartAt <= NOW ? "due" : "not due";
}

function titleOf({ probe, status, critical, sharedAndWasUp, restart, verdict }: Row): string {
  const conditions = [
    probe ?? "every probe",
    status.join(" or "),
    critical !== undefined && (critical ? "critical" : "not critical"),
    sharedAndWasUp !== undefined && `${sharedAndWasUp ? "" : "not "}shared and once up`,
    restart !== undefined && `restart ${restart}`,
  ];
  return `${conditions.filter(Boolean).join(", ")}: ${verdict}`;
}
