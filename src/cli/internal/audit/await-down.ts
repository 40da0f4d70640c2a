import { setTimeout as wait } from "node:timers/promises";
import { statusOf } from "./status-of.ts";

/** Milliseconds between two requests. */
const INTERVAL = 250;

/**
 * Requests an endpoint until a prober with a `timeout` would count it as failed, for `patience` milliseconds at most.
 * Resolves to whether it did.
 */
export async function awaitDown(url: URL, timeout: number, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const status = await statusOf(url, timeout);
    if (typeof status === "string" || status >= 400) return true;
    await wait(INTERVAL);
  }
  return false;
}
