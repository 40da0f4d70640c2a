import { ON_WORKERD } from "../../../contract/runtime.ts";

/**
 * Milliseconds after which a call that never settled is given up, so that a connection which is dead
 * does not hide one that lives.
 */
export const GIVE_UP_AFTER = 30_000;

/** Calls that wait for an answer at most: the one that was given up, and the one after it. */
export const MOST_WAITING = 2;

/**
 * Makes a call that cannot be cancelled, one at a time: while one has not settled, whoever calls
 * again gets the same promise, so that hung calls do not pile up in the client. One that was given up
 * may be followed by another, and no third until one of the two has settled, since each may hold a connection of
 * the service's pool; of a connection that is dead, the system tells the client in the end.
 */
export function oneAtATime<T>(call: () => PromiseLike<T>): () => Promise<T> {
  // There, what one request has begun ends with it, and no other may wait for it.
  if (ON_WORKERD) return async () => call();
  let current: { readonly promise: Promise<T>; readonly startedAt: number } | undefined;
  let waiting = 0;
  return () => {
    const now = performance.now();
    const hung = current !== undefined && now - current.startedAt >= GIVE_UP_AFTER;
    if (current !== undefined && !(hung && waiting < MOST_WAITING)) return current.promise;
    waiting++;
    const promise = (async () => call())();
    const mine = { promise, startedAt: now };
    const forget = () => {
      waiting--;
      if (current === mine) current = undefined;
    };
    promise.then(forget, forget);
    current = mine;
    return promise;
  };
}
