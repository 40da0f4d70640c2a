import type { Outcome } from "../../../contract/check.ts";
import { millisecondsOrZero } from "../../../contract/options.ts";
import { pause } from "./after.ts";

/** Milliseconds between two looks at whether a full pool has room again. */
export const LOOK_EVERY = 10;

/** The rule of `exhaustedFor`. */
export const EXHAUSTED_FOR = millisecondsOrZero(100);

/** Milliseconds between two runs after which it is unknown what the pool was like meanwhile. */
const SILENCE = 60_000;

/** For how long a pool has been exhausted, as far as runs have seen it. */
export class Exhaustion {
  #since: number | undefined;
  #lookedAt: number | undefined;
  #pause = 0;

  /** Notes that a run looks; after a silence that is longer than before, what was seen then counts no more. */
  look(now: number): void {
    const pause = now - (this.#lookedAt ?? now);
    if (pause > Math.max(SILENCE, 2 * this.#pause)) this.end();
    this.#lookedAt = now;
    this.#pause = pause;
  }

  /** Returns the milliseconds for which the pool has been exhausted, at least since this run has begun. */
  last(startedAt: number): number {
    this.#since ??= startedAt;
    return performance.now() - this.#since;
  }

  /**
   * Waits for as long as the pool is full, until the run is aborted: only a pool that was full throughout a
   * run is exhausted, also where a place comes free in the turn of the abort. `taken` returns the size of the pool
   * while it is full.
   *
   * @throws the reason of the abort, where the pool was never full: nothing is sent after the run
   */
  async wait(
    taken: () => number | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly total: number; readonly lasted: number } | undefined> {
    const startedAt = performance.now();
    this.look(startedAt);
    let before: number | undefined;
    for (let total = taken(); total !== undefined; total = taken()) {
      if (signal.aborted) return { total, lasted: this.last(startedAt) };
      before = total;
      await pause(LOOK_EVERY, signal);
    }
    const lasted = this.last(startedAt);
    this.end();
    if (signal.aborted && before !== undefined) return { total: before, lasted };
    signal.throwIfAborted();
    return undefined;
  }

  /** Notes that the pool is not exhausted. */
  end(): void {
    this.#since = undefined;
  }
}

/**
 * The outcome of a check whose own query hangs on a connection of a pool that is full: no other is sent into its
 * queue. Returned and not thrown, since the run is aborted: what it throws then is not reported.
 */
export function heldByCheck(exhaustion: Exhaustion): Outcome {
  // The service has not taken all of them.
  exhaustion.end();
  return {
    status: "down",
    reason: "An earlier query has not been answered, and the pool has no connection for another.",
    code: "HALE_HUNG",
  };
}

/** Returns the outcome of a pool that the service has exhausted: degraded, and down from a limit of milliseconds on. */
export function exhausted(
  total: number | undefined,
  lasted: number,
  limit = Number.POSITIVE_INFINITY,
  observations?: Outcome["observations"],
): Outcome {
  const reason = `The service has taken all ${total} connections of the pool`;
  const found = { code: "HALE_POOL_EXHAUSTED", ...(observations && { observations }) } as const;
  if (lasted < limit) return { status: "degraded", reason: `${reason}.`, ...found };
  const time = limit > 0 ? `, for ${limit} ms or longer` : "";
  return { status: "down", reason: `${reason}${time}.`, ...found };
}
