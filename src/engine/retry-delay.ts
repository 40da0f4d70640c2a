/** The number of outstanding written-off runs at which no more are started. */
export const MAX_WRITTEN_OFF = 2;

const FIRST_DELAY = 30_000;
const MAX_DELAY = 300_000;

/** Returns the milliseconds until the next attempt, after so many attempts that hung. */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_DELAY * 2 ** attempts, MAX_DELAY);
}
