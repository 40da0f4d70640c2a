import type { Observation } from "../contract/check.ts";
import type { Probe } from "../contract/probe.ts";
import type { CheckReport, Report, TaskReport } from "../contract/report.ts";
import {
  type LifecycleState,
  type VerdictInput,
  verdictOf,
  verdictOfLifecycle,
  worst,
} from "./verdict.ts";

/** What is believed of one check, with all that a report says of it. */
export interface CheckVerdictInput extends VerdictInput {
  readonly name: string;
  readonly reason: string | undefined;
  readonly age: number | undefined;
  readonly duration: number | undefined;
  readonly observations: Readonly<Record<string, Observation>> | undefined;
}

/** Where the service is in its life, and what holds its start-up back. */
export interface LifecycleSnapshot extends LifecycleState {
  readonly tasks: readonly TaskReport[];
}

/**
 * Answers a probe from what is believed of its checks and from the phase; or for one group of them,
 * which the phase makes no worse.
 */
export function buildReport(
  probe: Probe,
  findings: readonly CheckVerdictInput[],
  life: LifecycleSnapshot,
  group?: string,
): Report {
  const verdicts = findings.map((finding) => verdictOf(probe, finding));
  return {
    probe,
    check: group,
    status: worst([group === undefined ? verdictOfLifecycle(probe, life) : "up", ...verdicts]),
    phase: life.phase,
    checks: findings.map((finding) => checkReport(probe, finding)),
    tasks: life.tasks,
  };
}

/**
 * Answers for one check of a probe, asked about by name: neither the phase, nor that it is not
 * critical, nor that it is shared, makes it any better or worse than it is.
 */
export function buildCheckReport(
  probe: Probe,
  finding: CheckVerdictInput,
  { phase, tasks }: LifecycleSnapshot,
): Report {
  const alone = { ...finding, critical: true, shared: false };
  return {
    probe,
    check: finding.name,
    status: verdictOf(probe, alone),
    phase,
    checks: [checkReport(probe, finding)],
    tasks,
  };
}

function checkReport(probe: Probe, finding: CheckVerdictInput): CheckReport {
  const { name, scope, status, critical, shared, reason, age, duration, observations } = finding;
  return {
    name,
    scope,
    status,
    critical,
    shared,
    failing: verdictOf(probe, finding) === "down",
    reason: status === "up" ? undefined : reason,
    age,
    duration,
    observations,
  };
}
