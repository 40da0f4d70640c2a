import type { Status } from "./check.ts";

/** One change of a check's state. */
export interface HistoryEntry {
  /** The moment of the change, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** The state from then on; `unknown` where the check did not run for long. */
  readonly status: Status;
  /** The reason, without credentials, cut at 200 characters. */
  readonly reason?: string | undefined;
  readonly code?: string | undefined;
}

/** The durations of a check's runs that ended within one minute. */
export interface LatencyMinute {
  /** The beginning of the minute, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly runs: number;
  /** The mean duration of these runs, in milliseconds. */
  readonly mean: number;
  /** The longest duration of these runs, in milliseconds. */
  readonly max: number;
}

/** The past of one check: its changes, and the latency of the last hour; the oldest first. */
export interface CheckHistory {
  readonly entries: readonly HistoryEntry[];
  readonly latency: readonly LatencyMinute[];
}

/** The past of all checks of a health. */
export interface History {
  /** The moment of reading, in milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** Milliseconds for which changes are kept. */
  readonly keep: number;
  /** The past of each check, by its name. */
  readonly checks: ReadonlyMap<string, CheckHistory>;
}
