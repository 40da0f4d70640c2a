/** Written-off runs that may be outstanding before no more are started. */
export const MAX_WRITTEN_OFF = 2;

const FIRST_DELAY = 30_000;
const MAX_DELAY = 300_000;

/** Milliseconds to wait before the next attempt, after so many attempts that hung. */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_DELAY * 2 ** attempts, MAX_DELAY);
}
