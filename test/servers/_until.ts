import { setTimeout as delay } from "node:timers/promises";

const LIMIT = 60_000;
const PAUSE = 10;

/**
 * Asks `holds` again and again until it answers true.
 *
 * An error that `holds` throws ends the wait at once; so does a minute without success, with an
 * error that names `what`. Each call of `holds` must end on its own.
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limit = LIMIT,
): Promise<void> {
  const end = performance.now() + limit;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${limit} ms in vain for ${what}.`);
    await delay(PAUSE);
  }
}
