import type { Observation, OutcomeStatus, Scope, Status } from "./check.ts";
import type { Phase, Probe } from "./probe.ts";

/** One check in a report. Times are milliseconds. */
export interface CheckReport {
  readonly name: string;
  readonly scope: Scope;
  readonly status: Status;
  readonly critical: boolean;
  readonly shared: boolean;
  /** Whether this check alone makes the probe fail. */
  readonly failing: boolean;
  /** The reason that the check is not up, without credentials. */
  readonly reason?: string | undefined;
  /** The stable code of the reason: hale's, or the driver's own. */
  readonly code?: string | undefined;
  /** Milliseconds since the last run began. */
  readonly age?: number | undefined;
  /** Milliseconds that the last run took. */
  readonly duration?: number | undefined;
  readonly observations?: Readonly<Record<string, Observation>> | undefined;
}

/** A start-up task that keeps startup and readiness down. */
export interface TaskReport {
  readonly name: string;
  readonly status: "pending" | "failed";
  /** The completed share, from 0 to 1, where the task reports it. */
  readonly progress?: number | undefined;
  /** The reason of the last failure, without credentials. */
  readonly reason?: string | undefined;
}

/** The report of one probe. */
export interface Report {
  readonly probe: Probe;
  /** The one check, or the one group of checks, that the report is limited to. */
  readonly check?: string | undefined;
  readonly status: OutcomeStatus;
  /** The reason that the process itself fails the probe, whatever its checks and its phase. */
  readonly reason?: string | undefined;
  readonly phase: Phase;
  readonly checks: readonly CheckReport[];
  /** The start-up tasks that are pending or failed. */
  readonly tasks: readonly TaskReport[];
}
