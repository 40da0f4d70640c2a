import type { CheckSettings } from "./settings.ts";

type Times = Pick<CheckSettings, "timeout" | "maxAge" | "interval">;

/** Milliseconds, from the start of its run, after which a result says nothing any more. */
export function staleAfter({ interval, maxAge, timeout }: Times): number {
  return interval === undefined ? maxAge + timeout : 3 * interval + timeout;
}

/** Whether a result of this age is reused: no run has to be waited for. */
export function isReusable(age: number, times: Times): boolean {
  return times.interval === undefined ? age < times.maxAge : age <= staleAfter(times);
}

/** Milliseconds until the next run in the background; `random` is from 0 to 1. */
export function nextInterval(interval: number, random: number): number {
  return interval * (0.9 + 0.2 * random);
}
