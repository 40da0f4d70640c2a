import type { History, HistoryEntry, LatencyMinute } from "../contract/history.ts";
import type { CheckState } from "./check-state.ts";
import type { Clock } from "./clock.ts";
import { forgottenAfter } from "./staleness.ts";

/** The maximum number of changes that are kept of one check. */
const MAX_ENTRIES = 1000;

/** The maximum length of a kept reason, so that a check that flaps takes little memory. */
const MAX_REASON = 200;

const MINUTE = 60_000;

/** Minutes of latency that are kept. */
const MAX_MINUTES = 60;

/** A minute of runs; its number counts from 1970-01-01 UTC. */
interface Minute {
  readonly number: number;
  runs: number;
  total: number;
  max: number;
}

/** The past of one check. Moments are milliseconds of the clock. */
interface Past {
  readonly entries: HistoryEntry[];
  readonly minutes: Minute[];
  /** The state after the last run. */
  last: CheckState;
}

/** Keeps the changes of every check in memory, and the latency of the last hour. */
export class HistoryRecorder {
  readonly #clock: Pick<Clock, "now">;
  readonly #keep: number;
  readonly #pasts = new Map<string, Past>();
  /** The wall clock's time at the clock's zero. */
  #epoch = Number.NaN;

  /** `keep` is the milliseconds for which a change is kept. */
  constructor(clock: Pick<Clock, "now">, keep: number) {
    this.#clock = clock;
    this.#keep = keep;
  }

  /** Records the state of a check after a run, or when it became stale. */
  record(state: CheckState): void {
    const now = this.#now();
    const { name } = state.settings;
    const past = this.#pasts.get(name) ?? { entries: [], minutes: [], last: state };
    this.#pasts.set(name, past);
    const forgotten = unknownFrom(past.last);
    if ((state.startedAt ?? now) > forgotten) add(past, UNKNOWN, forgotten);
    add(past, state, now);
    if (state.startedAt !== past.last.startedAt || past.minutes.length === 0) {
      count(past, state, this.#wall(now));
    }
    past.last = state;
    this.#prune(past, now);
  }

  /** Reads what is kept, with moments of the wall clock. */
  read(): History {
    const now = this.#now();
    const checks = [...this.#pasts].map(([name, past]) => {
      this.#prune(past, now);
      const forgotten = unknownFrom(past.last);
      const entries =
        now > forgotten ? [...past.entries, { ...UNKNOWN, at: forgotten }] : past.entries;
      return [
        name,
        {
          entries: entries.map((entry) => ({ ...entry, at: this.#wall(entry.at) })),
          latency: past.minutes.map(latencyOf),
        },
      ] as const;
    });
    return { now: this.#wall(now), keep: this.#keep, checks: new Map(checks) };
  }

  /** Drops what is too old, except for the change that led to the oldest state within `keep`. */
  #prune({ entries, minutes }: Past, now: number): void {
    const oldest = now - this.#keep;
    while (entries.length > MAX_ENTRIES || (entries[1]?.at ?? now) <= oldest) entries.shift();
    const first = Math.floor(this.#wall(now) / MINUTE) - MAX_MINUTES;
    const isOut = ({ number }: Minute) => number <= first || number > first + MAX_MINUTES;
    while (minutes[0] !== undefined && isOut(minutes[0])) minutes.shift();
  }

  /** Returns the clock's time, and follows the wall clock when that was set. */
  #now(): number {
    const now = this.#clock.now();
    const epoch = Date.now() - now;
    // Otherwise a moment is read as the same number each time.
    if (!(Math.abs(epoch - this.#epoch) < 1000)) this.#epoch = Math.round(epoch);
    return now;
  }

  #wall(at: number): number {
    return Math.round(this.#epoch + at);
  }
}

function latencyOf({ number, runs, total, max }: Minute): LatencyMinute {
  return { at: number * MINUTE, runs, mean: total / runs, max };
}

const UNKNOWN = { status: "unknown" } as const;

/** Returns the moment from which a check is unknown, if no run begins until then. */
function unknownFrom({ status, startedAt, settings }: CheckState): number {
  return startedAt === undefined || status === "unknown"
    ? Number.POSITIVE_INFINITY
    : startedAt + forgottenAfter(settings);
}

function add(
  { entries }: Past,
  { status, reason, code }: Omit<HistoryEntry, "at">,
  at: number,
): void {
  if (entries.at(-1)?.status === status) return;
  entries.push({ at, status, reason: reason && shortened(reason), code });
}

/** Cuts a reason, but no character in halves. */
function shortened(reason: string): string {
  return reason.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, "");
}

function count({ minutes }: Past, { duration }: CheckState, wall: number): void {
  if (duration === undefined) return;
  const number = Math.floor(wall / MINUTE);
  let minute = minutes.at(-1);
  if (minute?.number !== number) {
    minute = { number, runs: 0, total: 0, max: 0 };
    minutes.push(minute);
  }
  minute.runs++;
  minute.total += duration;
  minute.max = Math.max(minute.max, duration);
}
