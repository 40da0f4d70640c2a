/** Written-off runs that may be outstanding before no more are started. */
export const MOST_WRITTEN_OFF = 2;

const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 300_000;

/** Milliseconds to wait before the next attempt, after so many attempts that came to nothing. */
export function attemptAfter(attempts: number): number {
  return Math.min(FIRST_WAIT * 2 ** attempts, LONGEST_WAIT);
}
