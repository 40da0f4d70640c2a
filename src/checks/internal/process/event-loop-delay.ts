import type { Outcome, OutcomeStatus, Run } from "../../../contract/check.ts";
import { builtin } from "./builtin.ts";
import { type LevelThresholds, percent, rounded, statusOfLevel } from "./process-check.ts";
import { Sustained } from "./window-minimum.ts";

/** The delays of the event loop since the last look. */
export interface LoopFigures {
  /** Milliseconds that what falls due at a random moment has waited for the loop, on average. */
  readonly delay: number;
  /** The share of the time in which the loop was not waiting for something to do, from 0 to 1. */
  readonly utilisation: number;
}

/** The options of {@link watchLoop}. */
export interface WatchOptions {
  readonly delay: LevelThresholds;
  readonly utilisation: LevelThresholds;
  readonly window: number;
  readonly now: () => number;
}

/** The input of {@link delayBetween}: a count of intervals, and the sum of their squares. */
export interface Late {
  /** Square milliseconds by which the intervals were late, summed. */
  readonly squares: number;
  readonly at: number;
}

/** Milliseconds between two marks of the histogram of an idle loop. */
const RESOLUTION = 20;
const NANOSECONDS = 1e6;

/** Returns the outcome of the loop for a whole window, by the best moments in that time. */
export function watchLoop(
  look: () => LoopFigures,
  { delay, utilisation, window, now }: WatchOptions,
): Run {
  const delays = new Sustained(window);
  const utilisations = new Sustained(window);
  let last: LoopFigures = { delay: 0, utilisation: 0 };
  return () => {
    const moment = now();
    if (delays.isDue(moment)) {
      last = look();
      delays.add(moment, last.delay);
      utilisations.add(moment, last.utilisation);
    }
    const late = statusOfLevel(delays.level ?? 0, delay);
    const busy = statusOfLevel(utilisations.level ?? 0, utilisation);
    const seconds = window / 1000;
    const reasons = [
      {
        ...late,
        reason: `The event loop has been late by at least ${Math.floor(delays.level ?? 0)} ms for ${seconds} s; from ${late.limit} ms on it is ${late.status}.`,
      },
      {
        ...busy,
        reason: `The event loop has been at least ${percent(utilisations.level ?? 0)} busy for ${seconds} s; from ${percent(busy.limit)} on it is ${busy.status}.`,
      },
    ];
    const status = worse(late.status, busy.status);
    return {
      status,
      reason: status === "up" ? undefined : reasons.find((one) => one.status === status)?.reason,
      observations: {
        delay: { value: Math.round(last.delay * 100) / 100, unit: "ms" },
        utilisation: { value: rounded(last.utilisation), unit: "%" },
      },
    } satisfies Outcome;
  };
}

const ORDER: readonly OutcomeStatus[] = ["up", "degraded", "down"];

function worse(one: OutcomeStatus, other: OutcomeStatus): OutcomeStatus {
  return ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
}

/** The watch of the event loop, and its end. */
export interface LoopReader {
  look(): LoopFigures;
  close(): void;
}

/** Looks at the event loop of this thread. Each look tells of the time since the one before. */
export function loopReader(owner: string): LoopReader {
  const { monitorEventLoopDelay, performance: node } = builtin(owner, "node:perf_hooks");
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  // Never set back, which would lose the interval that is under way, and so the longest ones.
  const late = (): Late => ({
    at: node.now(),
    squares: histogram.count === 0 ? 0 : squaresOf(histogram),
  });
  let lastLate = late();
  let lastUse = node.eventLoopUtilization();
  return {
    look() {
      const nowLate = late();
      const nowUse = node.eventLoopUtilization();
      const figures = {
        delay: delayBetween(lastLate, nowLate),
        utilisation: node.eventLoopUtilization(nowUse, lastUse).utilization,
      };
      lastLate = nowLate;
      lastUse = nowUse;
      return figures;
    },
    close: () => void histogram.disable(),
  };
}

/** The sum of the squares by which so many intervals were late, in square milliseconds. */
export function squaresOf(all: { count: number; mean: number; stddev: number }): number {
  const mean = all.mean / NANOSECONDS - RESOLUTION;
  const deviation = all.stddev / NANOSECONDS;
  return all.count * (deviation ** 2 + mean ** 2);
}

/**
 * Returns the wait of a callback that falls due at a random moment: it falls into a stall of d milliseconds
 * with a chance of d in all the time, and then waits for half of it.
 */
export function delayBetween(before: Late, after: Late): number {
  const time = after.at - before.at;
  return time <= 0 ? 0 : Math.max(after.squares - before.squares, 0) / (2 * time);
}
