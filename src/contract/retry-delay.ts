const FIRST_DELAY = 30_000;
const MAX_DELAY = 300_000;

/** Returns the milliseconds until the next late attempt, after so many attempts that hung. */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_DELAY * 2 ** attempts, MAX_DELAY);
}
