import type { Probe } from "../contract/probe.ts";
import type { CheckReport, Report, TaskReport } from "../contract/report.ts";
import type { CheckState } from "../engine/check-state.ts";
import { type LifecycleState, verdictOf, verdictOfLifecycle, worst } from "./verdict.ts";

/** The lifecycle of the service at one moment. */
export interface LifecycleSnapshot extends LifecycleState {
  /** The start-up tasks that are pending or failed. */
  readonly tasks: readonly TaskReport[];
}

/** The input of a report: the states and the lifecycle at one moment. */
export interface ReportInput {
  readonly states: readonly CheckState[];
  readonly lifecycle: LifecycleSnapshot;
  /** The moment, by the clock of the states. */
  readonly now: number;
}

/** Builds the report of a probe, or of one group, whose verdict ignores the phase. */
export function buildReport(probe: Probe, input: ReportInput, group?: string): Report {
  const { states, lifecycle, now } = input;
  const own = group === undefined ? verdictOfLifecycle(probe, lifecycle) : "up";
  const verdicts = states.map((state) => verdictOf(probe, state, now));
  return reportOf(probe, group, worst([own, ...verdicts]), input);
}

/**
 * Builds the report of one check of a probe. The verdict is the check's own: it ignores the phase, `critical`
 * and `shared`.
 */
export function buildCheckReport(probe: Probe, state: CheckState, input: ReportInput): Report {
  const settings = { ...state.settings, critical: true, shared: false };
  const status = verdictOf(probe, { ...state, settings }, input.now);
  return reportOf(probe, state.settings.name, status, { ...input, states: [state] });
}

function reportOf(
  probe: Probe,
  check: string | undefined,
  status: Report["status"],
  { states, lifecycle: { phase, tasks }, now }: ReportInput,
): Report {
  return Object.freeze({
    probe,
    check,
    status,
    phase,
    checks: Object.freeze(states.map((state) => checkReport(probe, state, now))),
    tasks: Object.freeze(tasks.map((task) => Object.freeze({ ...task }))),
  });
}

function checkReport(probe: Probe, state: CheckState, now: number): CheckReport {
  const { settings, status, reason, code, startedAt, duration, observations } = state;
  const { name, scope, critical, shared } = settings;
  const isUp = status === "up";
  return Object.freeze({
    name,
    scope,
    status,
    critical,
    shared,
    failing: verdictOf(probe, state, now) === "down",
    reason: isUp ? undefined : reason,
    code: isUp ? undefined : code,
    age: startedAt === undefined ? undefined : now - startedAt,
    duration,
    observations,
  });
}
