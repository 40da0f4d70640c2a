/** The signals that end a command, with their numbers in POSIX. */
const SIGNALS = [
  ["SIGTERM", 15],
  ["SIGINT", 2],
] as const;

/**
 * Ends the process by SIGTERM and SIGINT, also where it is the first of a container, which has no default for them.
 * Returns what releases them again.
 */
export function endBySignal(): () => void {
  const handlers = SIGNALS.map(([signal, number]) => {
    const handler = () => process.exit(128 + number);
    process.once(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const release of handlers) release();
  };
}
