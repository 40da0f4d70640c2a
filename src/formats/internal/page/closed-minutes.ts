import type { LatencyMinute } from "../../../contract/history.ts";

const MINUTE = 60_000;

/** Returns the minutes that are over: the current one changes with each run, and so would each answer. */
export function closedMinutes(
  minutes: readonly LatencyMinute[],
  now: number,
): readonly LatencyMinute[] {
  return minutes.filter(({ at }) => at + MINUTE <= now);
}
