import { MAX_TIMER } from "../contract/options.ts";

/** Keeps the process open until the promise settles, because a caller awaits it and hale's timers are unref'd. */
export function holdProcess<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    timer = setInterval(() => {}, MAX_TIMER);
  } catch {
    // Outside a request workerd refuses timers, and has no process to keep open.
  }
  return promise.finally(() => clearInterval(timer));
}
