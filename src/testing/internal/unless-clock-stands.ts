import * as timers from "node:timers";
import { HaleError } from "../../contract/errors.ts";

/** The functions as they are now: a test runner may later replace the globals and those of the module by fake timers. */
const { clearInterval, setInterval } = timers;

/** The clock of a fake health, with its checks that hang. */
export interface HangingClock {
  now(): number;
  hangingChecks(): readonly string[];
}

/** Milliseconds of real time for which the clock may stand while a report waits for it. */
const STANDSTILL = 1000;

/**
 * Resolves as `report` does. Rejects when a check hangs while the test does not move the clock, without which that
 * report never ends.
 *
 * @throws `HALE_CLOCK_STOPPED`
 */
export async function unlessClockStands<T>(
  owner: string,
  report: Promise<T>,
  clock: HangingClock | undefined,
): Promise<T> {
  if (clock === undefined) return report;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stands = new Promise<never>((_, reject) => {
    let before = clock.now();
    timer = setInterval(() => {
      const hanging = clock.hangingChecks();
      const now = clock.now();
      if (now === before && hanging.length > 0) reject(clockStopped(owner, hanging));
      before = now;
    }, STANDSTILL);
  });
  try {
    return await Promise.race([report, stands]);
  } finally {
    clearInterval(timer);
  }
}

function clockStopped(owner: string, hanging: readonly string[]): HaleError {
  const message = `${owner} waits for a check that hangs (${hanging.join(", ")}), and the clock of this fakeHealth() stands still. Begin the assertion, move the clock past the timeout, and await the assertion then: const held = expect(health).${owner}; await health.clock.advance(1000); await held;`;
  return new HaleError("HALE_CLOCK_STOPPED", message);
}
