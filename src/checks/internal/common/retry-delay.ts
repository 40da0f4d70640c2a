const FIRST_DELAY = 30_000;
const MAX_DELAY = 300_000;

/** Milliseconds until the next late attempt, after so many that came to nothing; as the engine waits between hung runs. */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_DELAY * 2 ** attempts, MAX_DELAY);
}
