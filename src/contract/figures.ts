import type { OutcomeStatus, Status } from "./check.ts";
import type { ShutdownStage } from "./health.ts";
import type { Probe } from "./probe.ts";

/** The outcomes, in the order in which figures list them. */
export const OUTCOMES: readonly OutcomeStatus[] = ["up", "degraded", "down"];

/** The states, in the order in which figures list them. */
export const STATES: readonly Status[] = [...OUTCOMES, "unknown"];

/** The upper bounds of the buckets of run durations, in milliseconds. */
export const DURATION_BOUNDS = [1, 5, 25, 100, 250, 500, 1000, 5000] as const;

/** The HTTP status codes of responses to probes. */
export const STATUS_CODES = [200, 304, 400, 404, 405, 429, 503] as const;

/** One run of a check that has ended, or was written off. */
export interface RunEvent {
  readonly check: string;
  /** The outcome of the run itself, before thresholds. */
  readonly outcome: OutcomeStatus;
  /** Milliseconds that it took. */
  readonly duration: number;
  /** Whether it had not ended at its `timeout`. */
  readonly timedOut: boolean;
  /** Whether it went on after its abort, too. */
  readonly writtenOff: boolean;
}

/** The name of a count of one check; `time` is the milliseconds that all its runs took. */
type CheckCount =
  | OutcomeStatus
  | `to ${Status}`
  | `${(typeof DURATION_BOUNDS)[number]}`
  | "time"
  | "timeouts"
  | "writeOffs";

/**
 * The counts of one check since the process began, as plain data that can be sent to a thread: its runs by outcome
 * and by the bound of their duration, and its changes to each state.
 */
export type CheckCounts = { [N in CheckCount]?: number };

/**
 * The name of a count of the process: responses to a probe by status code, the Unix time in seconds at which a
 * stage of the shutdown began, and the milliseconds for which the event loop stood still.
 */
export type ProcessCount = `${Probe} ${(typeof STATUS_CODES)[number]}` | ShutdownStage | "stalled";

/** The figures of a service, for the formats that write them. */
export interface Figures {
  /** Returns a count of the process; 0 for what has not happened. */
  readonly ofProcess: (name: ProcessCount) => number;
  /** The counts of the checks of the process itself, by their names. */
  readonly ofChecks: ReadonlyMap<string, CheckCounts>;
  /** Milliseconds since the event loop of the main thread turned, where a probe thread measures it. */
  readonly lag?: number | undefined;
}
