import { TICK } from "./heartbeat.ts";

/**
 * A longer time between two looks is one in which the thread itself stood still: the process was
 * stopped, the machine suspended, or the processor throttled.
 */
const LONGEST_GAP = 2 * TICK;

/** Tells how long the event loop of the main thread has stood still while this thread did not. */
export class StallWatch {
  #beat = Number.NaN;
  #looked = Number.NaN;
  #lasted = 0;

  /**
   * Milliseconds for which the loop has stood still. `counts`: whether standing still is a stall at
   * all now. Moments are milliseconds of one clock.
   */
  look(now: number, beat: number, counts: boolean): number {
    const gap = now - this.#looked;
    this.#looked = now;
    if (!counts) this.#lasted = 0;
    else if (beat !== this.#beat) this.#lasted = Math.min(Math.max(now - beat, 0), TICK);
    else this.#lasted += gap > LONGEST_GAP ? TICK : gap;
    this.#beat = beat;
    return this.#lasted;
  }
}

/** Why a probe fails for a loop that stands still. */
export function stallReason(lasted: number): string {
  return `the event loop has not turned for ${(lasted / 1000).toFixed(1)} s`;
}
