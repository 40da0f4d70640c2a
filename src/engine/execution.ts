import type { Outcome, Run } from "../contract/check.ts";
import { CheckFailure } from "../contract/errors.ts";
import type { Words } from "../contract/explain.ts";
import { OBJECT } from "../contract/options.ts";
import type { Clock } from "./clock.ts";

/** What becomes of one execution; exactly one of the first two is called, once. */
export interface ExecutionListener {
  /** The run has settled in time. */
  onOutcome(outcome: Outcome): void;
  /** The run's `timeout` has passed, and it did not settle when it was aborted. */
  onWrittenOff(outcome: Outcome): void;
  /** A run that was written off has settled after all. */
  onLateSettled(): void;
}

/**
 * Executes a check once and returns what aborts it. At its timeout the run is aborted; when it does
 * not settle then, it is written off.
 *
 * Before each of these two steps the event loop turns once more, so that an answer that has arrived
 * while the loop was busy is counted as what it is.
 */
export function execute(
  run: Run,
  timeout: number,
  clock: Clock,
  words: Words | Promise<Words>,
  listener: ExecutionListener,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let phase: "running" | "settled" | "written off" = "running";
  let cancelTimer = clock.after(timeout, () => afterTurn(abort));

  function afterTurn(step: () => void): void {
    if (phase === "running") cancelTimer = clock.nextTurn(step);
  }

  function abort(): void {
    controller.abort(new CheckFailure("HALE_TIMEOUT", `No answer within ${timeout} ms.`));
    afterTurn(() => {
      phase = "written off";
      listener.onWrittenOff(late());
    });
  }

  /** An aborted run has failed for the reason that it was aborted, whatever it says itself. */
  function late(): Outcome {
    return { status: "down", reason: (signal.reason as CheckFailure).message };
  }

  function settle(outcome: Outcome): void {
    if (phase === "written off") {
      listener.onLateSettled();
      return;
    }
    phase = "settled";
    cancelTimer();
    listener.onOutcome(outcome);
  }

  async function outcome(): Promise<Outcome> {
    try {
      const returned = await run({ signal });
      const says = OBJECT.accepts(returned) || returned === false;
      const { read, explain } = await words;
      const found: Outcome = says ? read(returned as object | false, explain) : { status: "up" };
      // Who swallows the abort has found nothing; what is worse than up, it has found all the same.
      return signal.aborted && found.status === "up" ? late() : found;
    } catch (failure) {
      return signal.aborted ? late() : { status: "down", reason: (await words).explain(failure) };
    }
  }

  // Not in the same turn, so that a check which asks for its own state joins its own run.
  void Promise.resolve().then(outcome).then(settle);
  return () => {
    cancelTimer();
    controller.abort(new CheckFailure("HALE_CLOSED", "This health is closed."));
  };
}
