import type { Check, Outcome } from "../contract/check.ts";
import type { DescribeFailure } from "../contract/describe-failure.ts";
import { CheckFailure } from "../contract/errors.ts";
import { afterLimit } from "../contract/with-deadline.ts";
import type { Clock } from "./clock.ts";
import { type AdviceForClient, outcomeOf } from "./outcome.ts";
import type { CheckSettings } from "./settings.ts";

/** The listener of one execution; exactly one of the first two methods is called, once. */
export interface ExecutionListener {
  /** Receives the outcome of a run that settled: in time, or once its `timeout` had aborted it. */
  onOutcome(outcome: Outcome, timedOut: boolean): void;
  /** Receives the outcome of a run that did not settle at its `timeout`, nor when it was aborted. */
  onWrittenOff(outcome: Outcome): void;
  /** Called when a run that was written off has settled. */
  onLateSettled(): void;
}

/** The dependencies of an execution besides its check. */
export interface ExecutionContext {
  readonly clock: Clock;
  readonly describe: DescribeFailure;
  /** Calls a run of a check; telemetry surrounds it. */
  readonly inRun?: <T>(check: string, run: () => T) => T;
  readonly adviceForClient?: AdviceForClient;
}

/**
 * Executes a check once; returns a function that aborts it. The timeout begins in the turn of the event loop after the
 * check is prepared and called. At its end the run is aborted; when it does not settle then, it is written off.
 *
 * Before each of these two steps the event loop turns once more, so that a result that arrived
 * while the loop was busy still counts.
 */
export function execute(
  { run, prepare }: Pick<Check, "run" | "prepare">,
  { name, timeout }: Pick<CheckSettings, "name" | "timeout">,
  { clock, describe, inRun, adviceForClient }: ExecutionContext,
  listener: ExecutionListener,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let phase: "running" | "settled" | "written off" = "running";
  let cancelTimer = () => {};

  function abort(): void {
    controller.abort(new CheckFailure("HALE_TIMEOUT", `No answer within ${timeout} ms.`));
    cancelTimer = clock.nextTurn(() => {
      phase = "written off";
      listener.onWrittenOff(abortedOutcome());
    });
  }

  /** The outcome of an aborted run: down for the reason of the abort, whatever the run threw. */
  function abortedOutcome(): Outcome {
    const { code, message } = signal.reason as CheckFailure;
    return { status: "down", reason: message, code };
  }

  function settle(outcome: Outcome): void {
    if (phase === "written off") {
      listener.onLateSettled();
      return;
    }
    phase = "settled";
    cancelTimer();
    listener.onOutcome(outcome, signal.aborted);
  }

  async function outcome(): Promise<Outcome> {
    try {
      await prepare?.();
      signal.throwIfAborted();
      cancelTimer = afterLimit(clock, timeout, abort);
      const found = outcomeOf(await run({ signal }), describe, adviceForClient);
      // A run that swallows the abort and returns up has verified nothing; down and degraded still count.
      return signal.aborted && found.status === "up" ? abortedOutcome() : found;
    } catch (failure) {
      return signal.aborted ? abortedOutcome() : { status: "down", ...describe(failure) };
    }
  }

  // Not in the same turn, so that a check which reports its own health joins its own run.
  void Promise.resolve()
    .then(() => (inRun === undefined ? outcome() : inRun(name, outcome)))
    .then(settle);
  return () => {
    cancelTimer();
    controller.abort(new CheckFailure("HALE_CLOSED", "This health is closed."));
  };
}
