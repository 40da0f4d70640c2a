/** The requests of the last minute; times are milliseconds. */
export interface TrafficSummary {
  readonly count: number;
  /** The mean time between two of them. */
  readonly mean: number;
  /** The longest time without one, up to now. */
  readonly longest: number;
}

const SLOT = 100;
const SLOTS = 600;

/**
 * The moments of the requests of the last minute, in slots of 100 ms: they are noted when they end, in any
 * order, and in a fixed amount of memory at any rate.
 */
export class TrafficHistory {
  /** The number of the slot that stands at each index; the oldest is overwritten. */
  readonly #slots = new Float64Array(SLOTS).fill(-1);
  readonly #counts = new Uint32Array(SLOTS);
  readonly #firsts = new Float64Array(SLOTS);
  readonly #lasts = new Float64Array(SLOTS);
  #newest = -Infinity;

  /** The moment of the newest request; -Infinity when none has come. */
  get newest(): number {
    return this.#newest;
  }

  /** Notes a request that came at a time of the clock. */
  add(at: number): void {
    this.#newest = Math.max(this.#newest, at);
    const slot = Math.floor(at / SLOT);
    const index = slot % SLOTS;
    const before = this.#slots[index] ?? -1;
    if (slot < before) return;
    const isSame = slot === before;
    this.#slots[index] = slot;
    this.#counts[index] = isSame ? (this.#counts[index] ?? 0) + 1 : 1;
    this.#firsts[index] = isSame ? Math.min(this.#firsts[index] ?? at, at) : at;
    this.#lasts[index] = isSame ? Math.max(this.#lasts[index] ?? at, at) : at;
  }

  /** Summarises the last minute. */
  summary(now: number): TrafficSummary {
    const current = Math.floor(now / SLOT);
    let count = 0;
    let longest = 0;
    let first = now;
    let last: number | undefined;
    for (let slot = Math.max(0, current - SLOTS + 1); slot <= current; slot++) {
      const index = slot % SLOTS;
      if (this.#slots[index] !== slot) continue;
      const [from = 0, to = 0] = [this.#firsts[index], this.#lasts[index]];
      if (last === undefined) first = from;
      else longest = Math.max(longest, from - last);
      last = to;
      count += this.#counts[index] ?? 0;
    }
    if (last === undefined) return { count: 0, mean: Infinity, longest: Infinity };
    return { count, mean: (now - first) / count, longest: Math.max(longest, now - last) };
  }
}
