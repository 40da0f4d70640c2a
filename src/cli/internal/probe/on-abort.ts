/**
 * Calls a listener with the reason once a signal is aborted, soon where it has been already, and returns what removes the
 * listener.
 */
export function onAbort(signal: AbortSignal, listener: (reason: unknown) => void): () => void {
  const report = () => listener(signal.reason);
  if (signal.aborted) queueMicrotask(report);
  else signal.addEventListener("abort", report);
  return () => signal.removeEventListener("abort", report);
}
