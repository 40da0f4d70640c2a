import type { Leaving } from "../../test/_support/replica-process.ts";

/** A way of ending the replicas, and its name in the table. */
export interface Variant {
  readonly name: string;
  readonly leaving: Leaving;
}

/** hale's defaults. */
export const ADAPTIVE: Variant = { name: "`gracefulShutdown`", leaving: { by: "hale" } };

/** The same with a shorter quiet time, for services with an even load. */
export function withQuiet(milliseconds: number): Variant {
  return {
    name: `\`gracefulShutdown\`, \`quiet: ${milliseconds}\``,
    leaving: { by: "hale", drain: { quiet: milliseconds } },
  };
}

/** The usual way: `server.close()` alone. */
export const CLOSE_ALONE: Variant = { name: "`server.close()`", leaving: { by: "close" } };

/** Readiness 503, a fixed delay, and then the same. */
export function delayed(milliseconds: number): Variant {
  return { name: `fixed delay, ${milliseconds} ms`, leaving: { by: "delay", milliseconds } };
}
