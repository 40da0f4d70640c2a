import { MAX_TIMER } from "../contract/options.ts";

/** Keeps the process open until the promise settles, because a caller awaits it and hale's timers are unref'd. */
export async function holdProcess<T>(promise: Promise<T>): Promise<T> {
  const release = hold();
  try {
    return await promise;
  } finally {
    release();
  }
}

function hold(): () => void {
  try {
    const timer = setInterval(() => {}, MAX_TIMER);
    return () => clearInterval(timer);
  } catch {
    // Outside a request workerd refuses timers, and has no process to keep open.
    return () => {};
  }
}
