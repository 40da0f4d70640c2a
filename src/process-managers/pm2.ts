import type { HealthInternals } from "../health-internals.ts";
import { onStarted } from "./on-started.ts";

/** The part of the process that is used; tests replace it. */
export interface Pm2Process {
  readonly env: NodeJS.ProcessEnv;
  readonly connected?: boolean | undefined;
  send?(message: unknown, ...rest: unknown[]): unknown;
}

/**
 * Notifies pm2 that the service is ready once startup is done, for its `wait_ready`, where it has started
 * this process. Returns what stops that.
 */
export function notifyPm2(parts: HealthInternals, process: Pm2Process): () => void {
  if (process.env.pm_id === undefined || process.send === undefined) return () => {};
  return onStarted(parts, () => {
    // The channel may close at any time; without it, pm2 goes on after its `listen_timeout`.
    if (process.connected !== false) process.send?.("ready", undefined, undefined, () => {});
  });
}
