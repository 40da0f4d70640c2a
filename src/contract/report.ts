import type { Observation, OutcomeStatus, Scope, Status } from "./check.ts";
import type { Phase, Probe } from "./probe.ts";

/** One check's line in a report. Times are milliseconds. */
export interface CheckReport {
  readonly name: string;
  readonly scope: Scope;
  readonly status: Status;
  readonly critical: boolean;
  readonly shared: boolean;
  /** Whether this check alone makes the probe fail. */
  readonly failing: boolean;
  /** Why the check is not up, without credentials. */
  readonly reason?: string | undefined;
  /** The stable code of the reason: hale's, or the driver's own. */
  readonly code?: string | undefined;
  /** Milliseconds since the last run began. */
  readonly age?: number | undefined;
  /** Milliseconds that the last run took. */
  readonly duration?: number | undefined;
  readonly observations?: Readonly<Record<string, Observation>> | undefined;
}

/** A start-up task that holds startup and readiness back. */
export interface TaskReport {
  readonly name: string;
  readonly status: "pending" | "failed";
  /** How much of it is done, from 0 to 1, where it says so. */
  readonly progress?: number | undefined;
  /** Why the task failed, without credentials; of one that is tried again, the last time. */
  readonly reason?: string | undefined;
}

/** The answer to one probe. */
export interface Report {
  readonly probe: Probe;
  /** The one check, or the one group of checks, that was asked about, where it was one. */
  readonly check?: string | undefined;
  readonly status: OutcomeStatus;
  /** Why the process itself fails the probe, whatever its checks and its phase say. */
  readonly reason?: string | undefined;
  readonly phase: Phase;
  readonly checks: readonly CheckReport[];
  /** The start-up tasks that are pending or failed. */
  readonly tasks: readonly TaskReport[];
}
