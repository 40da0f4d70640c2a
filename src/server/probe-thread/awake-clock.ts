import { TICK } from "./heartbeat.ts";

/**
 * A longer time between two looks is one in which the thread itself stood still: the process was
 * stopped, the machine suspended, or the processor throttled.
 */
const MAX_GAP = 2 * TICK;

/** Gaps that are remembered, which is more than a throttled processor makes in a minute. */
const MAX_GAPS = 1000;

/** A time in which the thread stood still. */
interface Gap {
  readonly until: number;
  readonly length: number;
}

/**
 * A clock that stands still while its thread does, so that nothing ages that could not be renewed. It has to
 * be looked at every {@link TICK}. Times are milliseconds.
 */
export class AwakeClock {
  readonly #now: () => number;
  readonly #gaps: Gap[] = [];
  #asleep = 0;
  #looked: number;

  /** `now`: the clock that goes on. */
  constructor(now: () => number) {
    this.#now = now;
    this.#looked = now();
  }

  now(): number {
    const now = this.#now();
    const gap = now - this.#looked;
    this.#looked = now;
    // Of a gap one tick counts, as of a thread that was late for it.
    if (gap > MAX_GAP) this.#remember({ until: now, length: gap - TICK });
    return now - this.#asleep;
  }

  /** A moment of the clock that goes on, by this one. */
  at(moment: number): number {
    let asleep = this.#asleep;
    for (let index = this.#gaps.length - 1; index >= 0; index--) {
      const { until, length } = this.#gaps[index] as Gap;
      if (moment >= until) break;
      asleep -= Math.min(length, until - moment);
    }
    return moment - asleep;
  }

  #remember(gap: Gap): void {
    this.#asleep += gap.length;
    this.#gaps.push(gap);
    if (this.#gaps.length > MAX_GAPS) this.#gaps.shift();
  }
}
