/** Calls back after so many milliseconds, without holding the process open; returns what stops it. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  (timer as { unref?: () => void }).unref?.();
  return () => clearTimeout(timer);
}

/** Waits for so many milliseconds, or until the abort. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      cancel();
      signal.removeEventListener("abort", go);
      resolve();
    };
    const cancel = after(milliseconds, go);
    signal.addEventListener("abort", go);
  });
}
