import type { Check, Outcome } from "../../src/contract/check.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { execute } from "../../src/engine/execution.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";

/** What one execution of a check found, and whether it had to be written off. */
export interface RunResult extends Outcome {
  readonly writtenOff: boolean;
}

/** Runs a check once, as the engine does, for `timeout` milliseconds at most. */
export function runCheck(check: Check, timeout = check.options.timeout ?? 500): Promise<RunResult> {
  return new Promise((resolve) => {
    execute(
      check,
      { name: "check", timeout },
      { clock: systemClock, describe: describeFailure },
      {
        onOutcome: (outcome) => resolve({ ...outcome, writtenOff: false }),
        onWrittenOff: (outcome) => resolve({ ...outcome, writtenOff: true }),
        onLateSettled: () => {},
      },
    );
  });
}
