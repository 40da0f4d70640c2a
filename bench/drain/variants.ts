import type { Leaving } from "../../test/_support/replica-process.ts";

/** How the replicas end, and what that is called in the table. */
export interface Variant {
  readonly name: string;
  readonly leaving: Leaving;
}

/** What hale does when nothing is said. */
export const ADAPTIVE: Variant = { name: "`gracefulShutdown`", leaving: { by: "hale" } };

/** What many services do. */
export const CLOSE_ALONE: Variant = { name: "`server.close()`", leaving: { by: "close" } };

/** Readiness 503, a delay that somebody has chosen, and then the same. */
export function delayed(milliseconds: number): Variant {
  return { name: `fixed delay, ${milliseconds} ms`, leaving: { by: "delay", milliseconds } };
}
