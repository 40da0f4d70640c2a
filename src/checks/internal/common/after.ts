/** Calls back after so many milliseconds, without holding the process open; returns what stops it. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  (timer as { unref?: () => void }).unref?.();
  return () => clearTimeout(timer);
}
