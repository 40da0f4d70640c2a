import type { Clock } from "../engine/clock.ts";

/** The part of a clock that waits for the event loop. */
export type TurningClock = Pick<Clock, "now" | "after" | "nextTurn">;

/**
 * Resolves once the event loop has turned twice: what the kernel held has been read then. Node fires a
 * late timer before it reads sockets, so nothing that a timer finds missing is known to be missing.
 */
export async function turnTwice(clock: Pick<Clock, "nextTurn">): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => {
      clock.nextTurn(resolve);
    });
  }
}

/** A limit of time. */
export interface Deadline {
  /** Resolves when the time is over and the event loop has turned since. */
  readonly passed: Promise<void>;
  cancel(): void;
}

/** Starts a deadline of so many milliseconds. */
export function startDeadline(clock: TurningClock, milliseconds: number): Deadline {
  let cancel = () => {};
  const passed = new Promise<void>((resolve) => {
    cancel = clock.after(milliseconds, () => void turnTwice(clock).then(resolve));
  });
  return { passed, cancel: () => cancel() };
}
