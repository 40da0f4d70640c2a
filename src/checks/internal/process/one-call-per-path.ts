import { sharedState } from "../../../contract/shared-state.ts";

/** The call under way on each path. */
const calls = sharedState("calls per path", () => new Map<string, Promise<unknown>>());

/**
 * Makes one call at a time on a path, whatever check it is for: a file system that does not answer
 * keeps a thread of Node's pool, of which there are four, until it does. Who comes meanwhile waits,
 * and gives up when aborted, without a call.
 */
export async function oneCallPerPath<T>(
  path: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  for (let other = calls.get(path); other !== undefined; other = calls.get(path)) {
    await settledOrAborted(other, signal);
    signal.throwIfAborted();
  }
  const mine = call().finally(() => calls.delete(path));
  calls.set(path, mine);
  return mine;
}

function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    if (signal.aborted) return done();
    signal.addEventListener("abort", done);
    promise.then(done, done);
  });
}
