import { ON_WORKERD } from "../contract/runtime.ts";

/** The clock of the engine: monotonic, so that a step of the wall clock changes nothing. */
export interface Clock {
  /** Milliseconds since a fixed moment in the past. */
  now(): number;
  /** Calls back after so many milliseconds, without keeping the process open; returns the cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Calls back after one turn of the event loop, which reads arrived data; returns the cancellation. */
  nextTurn(callback: () => void): () => void;
  /** Whether the work of a request ends with it, so that no other request may wait for it. */
  readonly perRequest?: boolean;
  /** Whether a test moves it, so that another thread cannot read it. */
  readonly isManual?: boolean;
}

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    try {
      const timer = setTimeout(callback, milliseconds);
      // Lets the process end while the timer waits, where the runtime's timers hold it open.
      (timer as { unref?: () => void }).unref?.();
      return () => clearTimeout(timer);
    } catch {
      // Outside a request workerd refuses timers: the callback never comes there.
      return () => {};
    }
  },
  nextTurn(callback) {
    if (ON_WORKERD) {
      // Outside a request there are no turns, but a microtask runs once the modules have loaded.
      let next = callback;
      queueMicrotask(() => next());
      return () => {
        next = () => {};
      };
    }
    if (typeof setImmediate === "undefined") return this.after(0, callback);
    // Not unref'd: the loop would wait for another event before it runs the callback.
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
  perRequest: ON_WORKERD,
};
