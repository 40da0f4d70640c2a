import { TICK } from "./heartbeat.ts";

/**
 * Measures for how long the event loop of the main thread has stood still. Moments are milliseconds of one
 * clock, which stands still while the thread that looks does.
 */
export class StallWatch {
  /** From when on standing still counts. */
  #from = Number.NaN;

  /** Milliseconds since the last beat. `counts`: whether standing still is a stall at all now. */
  look(now: number, beat: number, counts: boolean): number {
    // What was before the first look is not known to have been one.
    if (Number.isNaN(this.#from)) this.#from = now - TICK;
    if (!counts) this.#from = now;
    return Math.max(0, now - Math.max(beat, this.#from));
  }
}

/** Milliseconds without a beat below which the loop is not said to stand still. */
const MIN_STALL = 4 * TICK;

/** Returns the milliseconds to count for a stall that has lasted longer than it had at the last look. */
export function stallBeyond(before: number, lasted: number): number {
  if (lasted < MIN_STALL) return 0;
  return lasted - (before < MIN_STALL ? 0 : before);
}

/** Writes the reason of a probe that fails for a loop that stands still. */
export function stallReason(lasted: number): string {
  return `the event loop has not turned for ${(lasted / 1000).toFixed(1)} s`;
}
