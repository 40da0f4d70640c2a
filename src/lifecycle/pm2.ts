import type { Parts } from "./parts.ts";
import { whenStarted } from "./when-started.ts";

/** The part of `process` that is looked at. */
export interface Pm2Process {
  readonly env: NodeJS.ProcessEnv;
  readonly connected?: boolean | undefined;
  send?(message: unknown, ...rest: unknown[]): unknown;
  on(event: "message", listener: (message: unknown) => void): unknown;
  off(event: "message", listener: (message: unknown) => void): unknown;
}

/**
 * Speaks with pm2, where it has started this process: `ready` goes to it once startup is done, for
 * `wait_ready`; its message `shutdown`, which it sends in place of a signal with
 * `shutdown_with_message`, calls `shutdown`. Its signal is `SIGINT`. Returns what stops it.
 */
export function tendPm2(
  parts: Parts,
  process: Pm2Process,
  shutdown: () => void = () => {},
): () => void {
  if (process.env.pm_id === undefined || process.send === undefined) return () => {};
  const stop = whenStarted(parts, () => {
    // The channel may close at any time; without it, pm2 goes on after its `listen_timeout`.
    if (process.connected !== false) process.send?.("ready", undefined, undefined, () => {});
  });
  const listener = (message: unknown) => {
    if (message === "shutdown") shutdown();
  };
  process.on("message", listener);
  return () => {
    stop();
    process.off("message", listener);
  };
}
