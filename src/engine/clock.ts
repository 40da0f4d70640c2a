import { ON_WORKERD } from "../contract/runtime.ts";

/** Time, as the engine sees it: monotonic, so that a step of the wall clock changes nothing. */
export interface Clock {
  /** Milliseconds since some moment in the past. */
  now(): number;
  /** Calls back after so many milliseconds, without holding the process open; returns what stops it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Calls back once the event loop has turned, and so has read what has arrived; returns what stops it. */
  nextTurn(callback: () => void): () => void;
  /** Whether what a request has begun ends with it, so that no other may wait for it. */
  readonly perRequest?: boolean;
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
      // Outside of a request workerd refuses timers: what is due later does not come there.
      return () => {};
    }
  },
  nextTurn(callback) {
    if (ON_WORKERD) {
      // Outside of a request there are no turns, but this comes once the modules have been loaded.
      let next = callback;
      queueMicrotask(() => next());
      return () => {
        next = () => {};
      };
    }
    if (typeof setImmediate === "undefined") return this.after(0, callback);
    // Not let go: the loop would wait for something else to happen before it comes to it.
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
  perRequest: ON_WORKERD,
};
