import { attempt } from "./attempt.ts";
import { now } from "./now.ts";
import { onAbort } from "./on-abort.ts";
import type { Plan } from "./plan.ts";
import { TIMEOUT } from "./probe-failure.ts";
import type { TargetResult } from "./result.ts";
import type { Target } from "./target.ts";

/** The number and time of the attempts at targets. */
export interface Schedule {
  /** Milliseconds between two attempts. */
  readonly interval: number;
  /** Attempts at each target. */
  readonly attempts: number;
  /** Milliseconds that are left for all attempts together. */
  timeLeft(): number;
}

/**
 * Probes all targets at the same time, each until it is healthy or the schedule ends, and resolves to their last results.
 * With `any`, the first healthy target ends the attempts at the others; those that were not asked to the end are left out.
 */
export async function attemptAll(
  plan: Plan,
  schedule: Schedule,
  any: boolean,
): Promise<readonly TargetResult[]> {
  const controller = new AbortController();
  const results = await Promise.all(
    plan.targets.map(async (target) => {
      const result = await attemptUntilHealthy(target, plan, schedule, controller.signal);
      if (any && result?.verdict.healthy === true) controller.abort();
      return result;
    }),
  );
  return results.filter((result) => result !== undefined);
}

/** Probes one target, and resolves to its last result: none when it is cancelled before there is any. */
async function attemptUntilHealthy(
  target: Target,
  plan: Plan,
  { interval, attempts, timeLeft }: Schedule,
  signal: AbortSignal,
): Promise<TargetResult | undefined> {
  let last: TargetResult | undefined;
  for (let count = 1; ; count++) {
    const limit = Math.max(1, Math.min(plan.timeout, timeLeft()));
    const startedAt = now();
    const verdict = await attempt(target, plan, limit, signal);
    if (signal.aborted) return last;
    // An attempt that was given less than its timeout says nothing when it times out.
    if (last === undefined || limit === plan.timeout || verdict.code !== TIMEOUT) {
      const duration = Math.round(now() - startedAt);
      last = { target, verdict, attempts: count, duration };
    }
    if (verdict.healthy || count >= attempts || timeLeft() <= 0) return last;
    await pause(Math.min(interval, timeLeft()), signal);
    if (signal.aborted || timeLeft() <= 0) return last;
  }
}

/** Waits so many milliseconds, or until the signal is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      release();
      resolve();
    };
    const timer = setTimeout(settle, milliseconds);
    const release = onAbort(signal, settle);
  });
}
