import type { Outcome } from "../contract/check.ts";
import { retryDelay } from "../contract/retry-delay.ts";

/** The number of outstanding written-off runs at which no more are started. */
const MAX_WRITTEN_OFF = 2;

/** The outcome while too many runs hang. It counts as the first one, so that no threshold delays it. */
export const HUNG: Outcome = {
  status: "down",
  reason: `${MAX_WRITTEN_OFF} runs hang; no more are started for now.`,
  code: "HALE_HUNG",
};

/** The written-off runs of one check. While too many are outstanding, late attempts alone are made. */
export class HungRuns {
  /** Runs that were written off and have not settled since. */
  #writtenOff = 0;
  /** Attempts that hung while the maximum of runs did. */
  #attempts = 0;
  /** The moment of the next late attempt; -Infinity while runs are not held back. */
  heldUntil = -Infinity;

  /** Whether the maximum of runs hangs, the last one among them, and none has ended since. */
  get isHung(): boolean {
    return this.#attempts > 0;
  }

  /** Notes that a run was written off. */
  add(now: number): void {
    if (++this.#writtenOff < MAX_WRITTEN_OFF) return;
    this.heldUntil = now + retryDelay(this.#attempts++);
  }

  /** Notes that a run that was written off has settled. */
  settled(): void {
    this.#writtenOff--;
    this.lift();
  }

  /** Allows runs again: one has ended, in time or late, so the dependency responds. */
  lift(): void {
    this.heldUntil = -Infinity;
    this.#attempts = 0;
  }
}
