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

/** Milliseconds without a beat from which on the loop stands still, and its thread is not waited for. */
const MIN_STALL = 4 * TICK;

/** Whether the main thread counts as stalled, once its loop has not turned for so many milliseconds. */
export function isStalled(lasted: number, limit = MIN_STALL): boolean {
  return lasted >= limit;
}

/** Returns the milliseconds to count for a stall that has lasted longer than it had at the last look. */
export function stallBeyond(before: number, lasted: number): number {
  if (!isStalled(lasted)) return 0;
  return lasted - (isStalled(before) ? before : 0);
}

/** Returns the reason of a probe that fails because of a stall; `undefined` for one below the limit. */
export function stallFailure(lasted: number, limit: number): string | undefined {
  if (!isStalled(lasted, limit)) return undefined;
  return `the event loop has not turned for ${(lasted / 1000).toFixed(1)} s`;
}
