import type { RunContext } from "../../src/contract/check.ts";

/** One run of a {@link ScriptedCheck}, which the test ends as it likes, or never. */
export interface ScriptedRun {
  readonly signal: AbortSignal;
  readonly up: (value?: unknown) => void;
  readonly down: (failure?: unknown) => void;
}

/** A check whose runs end when the test says so. */
export class ScriptedCheck {
  readonly runs: ScriptedRun[] = [];

  readonly run = ({ signal }: RunContext): Promise<unknown> =>
    new Promise((up, down) => {
      this.runs.push({ signal, up, down });
    });

  /** The run of this number, counted from 0; the last one by default. */
  at(index = this.runs.length - 1): ScriptedRun {
    const run = this.runs[index];
    if (run === undefined)
      throw new Error(`There are ${this.runs.length} runs, so none is ${index}.`);
    return run;
  }
}
