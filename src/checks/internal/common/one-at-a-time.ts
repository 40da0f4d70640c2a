import { CheckFailure } from "../../../contract/errors.ts";
import { ON_WORKERD } from "../../../contract/runtime.ts";
import { after } from "./after.ts";

/**
 * Milliseconds after which a call that never settled is given up, so that a connection which is dead
 * does not hide one that lives.
 */
export const GIVE_UP_AFTER = 30_000;

/** Calls that wait for an answer at most: the one that was given up, and the one after it. */
export const MOST_WAITING = 2;

/** A call that is made one at a time. */
interface OneAtATime<T> {
  (): Promise<T>;
  /** Whether the next call joins the one under way, and so needs no connection besides. */
  readonly isUnderWay?: boolean;
  /** Whether a call that was given up has not settled, so that it may hold a connection of the service's pool. */
  readonly isHung?: boolean;
}

/**
 * Makes a call that outlives the run that began it, one at a time: while one has not settled, each caller
 * gets the same promise, so that hung calls do not pile up in the client. The call's signal aborts after
 * `giveUpAfter` milliseconds. One that was given up may be followed by another, and no third until one of
 * the two has settled, since each may hold a connection of the service's pool; of a connection that is dead,
 * the system informs the client in the end.
 */
export function oneAtATime<T>(
  call: (signal: AbortSignal) => PromiseLike<T>,
  giveUpAfter = GIVE_UP_AFTER,
): OneAtATime<T> {
  // There, what one request has begun ends with it, and no other may wait for it.
  if (ON_WORKERD) return async () => call(new AbortController().signal);
  let current: { readonly promise: Promise<T>; readonly startedAt: number } | undefined;
  let waiting = 0;
  /** The call under way, unless it was given up and may be followed by another. */
  const joined = () => {
    const hung = current !== undefined && performance.now() - current.startedAt >= giveUpAfter;
    return hung && waiting < MOST_WAITING ? undefined : current;
  };
  const callOnce = () => {
    const underWay = joined();
    if (underWay !== undefined) return underWay.promise;
    waiting++;
    const controller = new AbortController();
    const cancel = after(giveUpAfter, () =>
      controller.abort(new CheckFailure("HALE_TIMEOUT", `No answer within ${giveUpAfter} ms.`)),
    );
    const promise = (async () => call(controller.signal))();
    const mine = { promise, startedAt: performance.now() };
    const forget = () => {
      cancel();
      waiting--;
      if (current === mine) current = undefined;
    };
    promise.then(forget, forget);
    current = mine;
    return promise;
  };
  return Object.defineProperties(callOnce, {
    isUnderWay: { get: () => joined() !== undefined },
    isHung: { get: () => waiting > (joined() === undefined ? 0 : 1) },
  });
}
