/** The part of a clock that a time limit needs; each call returns the cancellation. */
interface LimitClock {
  after(milliseconds: number, callback: () => void): () => void;
  nextTurn(callback: () => void): () => void;
}

/**
 * Calls back when so many milliseconds have passed; returns the cancellation. They begin with the next turn of the event
 * loop, and at their end it turns once more: the time for which it is busy is not that of whoever is waited for.
 */
export function afterLimit(
  clock: LimitClock,
  milliseconds: number,
  callback: () => void,
): () => void {
  let cancel = clock.nextTurn(() => {
    cancel = clock.after(milliseconds, () => {
      cancel = clock.nextTurn(callback);
    });
  });
  return () => cancel();
}

/** Settles as a promise does, or as `late` does {@link afterLimit} so many milliseconds. */
export function withDeadline<T, Late>(
  clock: LimitClock,
  milliseconds: number,
  promise: Promise<T>,
  late: () => Late,
): Promise<T | Late> {
  let cancel = () => {};
  const passed = new Promise<void>((pass) => {
    cancel = afterLimit(clock, milliseconds, pass);
  });
  return Promise.race([promise, passed.then(late)]).finally(cancel);
}
