import type { Entry } from "../measure/contestant.ts";
import type { Effort } from "../measure/rounds.ts";

/** The context of a section. */
export interface Bench {
  readonly effort: Effort;
  /** An earlier version of hale that takes part. */
  readonly before: Entry | undefined;
  /** Aborts when the bench is to end early. */
  readonly signal: AbortSignal;
  /** Writes a paragraph of the results. */
  print(markdown: string): void;
  /** Reports progress to the operator. */
  progress(text: string): void;
}

/** Measures one thing, and prints what it has found. */
export type Section = (bench: Bench) => Promise<void>;
