import type { CheckState } from "./check-state.ts";
import type { CheckSettings } from "./settings.ts";

type Times = Pick<CheckSettings, "timeout" | "maxAge" | "interval">;

/** Milliseconds without a run on demand after which the next outcome counts as the first one. */
const FORGOTTEN_AFTER = 60_000;

/** Returns the milliseconds, from when its age counts, after which a result no longer supports a status. */
export function staleAfter({ interval, maxAge, timeout }: Times): number {
  return interval === undefined ? maxAge + timeout : 3 * interval + timeout;
}

/** Returns the milliseconds, from when its age counts, for which a probe reuses a result. */
export function reusableFor(times: Times): number {
  return times.interval === undefined ? times.maxAge : staleAfter(times);
}

/** Returns the milliseconds between two runs after which the thresholds restart. */
export function forgottenAfter(times: Times): number {
  return times.interval === undefined ? Math.max(FORGOTTEN_AFTER, staleAfter(times)) : Infinity;
}

/** Returns the milliseconds until the next run in the background; `random` is from 0 to 1. */
export function nextInterval(interval: number, random: number): number {
  return interval * (0.9 + 0.2 * random);
}

/** Returns a state as of a moment: `unknown` once it is stale. */
export function stateAt(state: CheckState, now: number): CheckState {
  if (state.staleAt === undefined || now <= state.staleAt) return state;
  return { ...state, ...staleStatus(state.settings), restartAt: undefined };
}

/** Returns the status of a check whose last result is too old. */
export function staleStatus(times: Times): Pick<CheckState, "status" | "reason" | "code"> {
  const reason = `The last result is older than ${staleAfter(times)} ms: the event loop was busy, or the process stood still.`;
  return { status: "unknown", reason, code: "HALE_STALE" };
}
