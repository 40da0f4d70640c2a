/** The part of a clock that a deadline needs; each call returns the cancellation. */
interface DeadlineClock {
  after(milliseconds: number, callback: () => void): () => void;
  nextTurn(callback: () => void): () => void;
}

/**
 * Settles as a promise does, or as `late` does after so many milliseconds. Then the event loop turns once more: a result
 * that arrived while it was busy still counts.
 */
export function withDeadline<T, Late>(
  clock: DeadlineClock,
  milliseconds: number,
  promise: Promise<T>,
  late: () => Late,
): Promise<T | Late> {
  let cancel = () => {};
  const passed = new Promise<void>((pass) => {
    cancel = clock.after(milliseconds, () => {
      cancel = clock.nextTurn(pass);
    });
  });
  return Promise.race([promise, passed.then(late)]).finally(() => cancel());
}
