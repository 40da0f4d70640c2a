import type { Leaving } from "../../test/_support/replica-process.ts";

/** How the replicas end, and what that is called in the table. */
export interface Variant {
  readonly name: string;
  readonly leaving: Leaving;
}

/** What hale does when nothing is said. */
export const ADAPTIVE: Variant = { name: "`gracefulShutdown`", leaving: { by: "hale" } };

/** The same with a shorter time in which no request must come, for who knows how even the load is. */
export function withQuiet(milliseconds: number): Variant {
  return {
    name: `\`gracefulShutdown\`, \`quiet: ${milliseconds}\``,
    leaving: { by: "hale", drain: { quiet: milliseconds } },
  };
}

/** What many services do. */
export const CLOSE_ALONE: Variant = { name: "`server.close()`", leaving: { by: "close" } };

/** Readiness 503, a delay that somebody has chosen, and then the same. */
export function delayed(milliseconds: number): Variant {
  return { name: `fixed delay, ${milliseconds} ms`, leaving: { by: "delay", milliseconds } };
}
