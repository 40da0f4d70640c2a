import type { Effort } from "../measure/rounds.ts";

/** What every section is given. */
export interface Bench {
  readonly effort: Effort;
  /** Aborts when the bench is to end early. */
  readonly signal: AbortSignal;
  /** Writes a paragraph of the results. */
  print(markdown: string): void;
  /** Says what is being done, for people who wait. */
  progress(text: string): void;
}

/** Measures one thing, and prints what it has found. */
export type Section = (bench: Bench) => Promise<void>;
