import type { Check, Outcome } from "../contract/check.ts";
import type { DescribeFailure } from "../contract/describe-failure.ts";
import type { RunEvent } from "../contract/figures.ts";
import type { ChangeEvent } from "../contract/health.ts";
import type { CheckState } from "./check-state.ts";
import type { Clock } from "./clock.ts";
import { execute } from "./execution.ts";
import { HUNG, HungRuns } from "./hung-runs.ts";
import type { AdviceForClient } from "./outcome.ts";
import type { CheckSettings } from "./settings.ts";
import { forgottenAfter, reusableFor, staleAfter, staleStatus } from "./staleness.ts";
import { applyThresholds, NO_RUNS, type ThresholdState } from "./thresholds.ts";

/** The dependencies of a runner besides its check. */
export interface RunnerContext {
  readonly clock: Clock;
  /** A number from 0 to 1. */
  readonly random: () => number;
  readonly describe: DescribeFailure;
  /** Called with the state of a check after each run, and when it became stale. */
  readonly onState?: ((state: CheckState) => void) | undefined;
  /** Called when the status of a check has changed. */
  readonly onChange: (event: ChangeEvent) => void;
  /** Called when a run has ended, whatever its outcome. */
  readonly onResult: (event: RunEvent) => void;
  /** Calls a run of a check; telemetry surrounds it. */
  readonly inRun?: <T>(check: string, run: () => T) => T;
  /** Says what to write in place of a function that returns a client. */
  readonly adviceForClient?: AdviceForClient;
  /** Called when a verdict may have changed. */
  readonly onVerdict: () => void;
}

/** The duration of a run, and its relation to its `timeout`. */
type RunEnding = Omit<RunEvent, "check" | "outcome">;

interface InFlightRun {
  readonly done: Promise<void>;
  readonly abort: () => void;
}

const NOT_RUN = { reason: "The check has not finished its first run.", code: "HALE_NOT_RUN" };
const CLOSED = {
  status: "unknown",
  reason: "This health is closed.",
  code: "HALE_CLOSED",
} as const;

/** Runs one check, one run at a time, and keeps its state. */
export class CheckRunner {
  readonly #check: Check;
  readonly #context: RunnerContext;
  readonly #restartAfter: number;

  #state: CheckState;
  #thresholds: ThresholdState = NO_RUNS;
  #inFlight: InFlightRun | undefined;
  /** The moment, by the clock, until which the last result is reused. */
  #reusableUntil = Number.NEGATIVE_INFINITY;
  #downSince = 0;
  /** The moment from which the age of the last result counts. */
  #agesFrom = Infinity;
  readonly #hungRuns = new HungRuns();
  #closed = false;
  #cancelStale = () => {};
  #cancelRestart = () => {};

  constructor(settings: CheckSettings, check: Check, context: RunnerContext) {
    this.#check = check;
    this.#context = context;
    this.#restartAfter = (settings.restartAfter ?? Infinity) * (1 + 0.5 * context.random());
    this.#state = {
      settings,
      status: "unknown",
      ...NOT_RUN,
      observations: undefined,
      startedAt: undefined,
      duration: undefined,
      wasUp: false,
      restartAt: undefined,
      staleAt: undefined,
    };
  }

  get settings(): CheckSettings {
    return this.#state.settings;
  }

  get state(): CheckState {
    return this.#state;
  }

  /**
   * The moment until which a probe is answered without waiting for a run, unless a verdict changes. The caller
   * accepts results up to `maxAge` milliseconds old, where the check's own limit is lower.
   */
  freshUntil(maxAge = 0): number {
    if (this.#closed || maxAge === Infinity) return Infinity;
    const more = Math.max(0, maxAge - reusableFor(this.settings));
    return Math.max(this.#reusableUntil + more, this.#hungRuns.heldUntil);
  }

  /** Sets the interval of the runs in the background, which the caller starts; `undefined` for none. */
  sampledAt(interval: number | undefined): void {
    const settings = { ...this.settings, interval };
    this.#reusableUntil = Math.min(this.#reusableUntil, this.#agesFrom + reusableFor(settings));
    this.#state = { ...this.#state, settings, staleAt: undefined };
    this.#cancelStale();
    // By the settings, the history knows for how long the last result counts.
    if (this.#state.startedAt !== undefined) this.#context.onState?.(this.#state);
  }

  /** Starts a run, or joins the one in flight; resolves when it has ended or is written off. */
  refresh(): Promise<void> {
    if (this.#inFlight !== undefined) return this.#inFlight.done;
    const { clock } = this.#context;
    if (this.#closed || clock.now() < this.#hungRuns.heldUntil) return Promise.resolve();
    return this.#start();
  }

  /** Makes a result that is too old stale, after a probe has waited for a run until its deadline. */
  deadlinePassed(): void {
    if (this.#closed || this.#hungRuns.isHung) return;
    const age = this.#context.clock.now() - this.#agesFrom;
    if (age > staleAfter(this.settings)) this.#becomeStale();
  }

  /** Aborts the run in flight and starts no other. */
  close(): void {
    this.#closed = true;
    this.#cancelStale();
    this.#cancelRestart();
    this.#inFlight?.abort();
    this.#state = {
      ...this.#state,
      ...CLOSED,
      observations: undefined,
      restartAt: undefined,
      staleAt: undefined,
    };
    this.#context.onVerdict();
  }

  #start(): Promise<void> {
    const { clock } = this.#context;
    const startedAt = clock.now();
    let ended = () => {};
    const done = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const end = (outcome: Outcome, timedOut: boolean, writtenOff = false) => {
      this.#inFlight = undefined;
      const duration = clock.now() - startedAt;
      if (!this.#closed) this.#record(outcome, startedAt, { duration, timedOut, writtenOff });
      ended();
    };
    const abort = execute(this.#check, this.settings, this.#context, {
      onOutcome: (outcome, timedOut) => {
        this.#hungRuns.lift();
        end(outcome, timedOut);
      },
      onWrittenOff: (outcome) => {
        // On workerd the runtime ends the run with its request, so nothing piles up there.
        if (!clock.perRequest) this.#hungRuns.add(clock.now());
        end(outcome, true, true);
      },
      onLateSettled: () => {
        this.#hungRuns.settled();
        // The dependency responds again, so the old result must not be reused until it expires.
        this.#reusableUntil = Number.NEGATIVE_INFINITY;
      },
    });
    if (clock.perRequest) return done;
    this.#inFlight = {
      done,
      abort: () => {
        abort();
        ended();
      },
    };
    return done;
  }

  #record(found: Outcome, startedAt: number, ending: RunEnding): void {
    const { clock } = this.#context;
    const before = this.#state;
    const { settings } = before;
    const { isHung } = this.#hungRuns;
    const outcome = isHung ? HUNG : found;
    const pause = startedAt - (before.startedAt ?? startedAt);
    const countsAsFirst = isHung || before.status === "unknown" || pause > forgottenAfter(settings);
    this.#thresholds = applyThresholds(
      countsAsFirst ? NO_RUNS : this.#thresholds,
      outcome.status,
      settings,
    );
    const { status } = this.#thresholds;
    const supported = status === outcome.status ? outcome : before;
    if (before.status !== "down") this.#downSince = clock.now();
    const wasUp = before.wasUp || status !== "down";
    // Counted from the start of the run. A result that comes later than an interval after that is one interval old
    // when it comes, since the next one may take as long.
    this.#agesFrom = startedAt + Math.max(0, ending.duration - (settings.interval ?? Infinity));
    this.#reusableUntil = this.#agesFrom + reusableFor(settings);
    this.#context.onResult({ check: settings.name, outcome: found.status, ...ending });
    this.#become({
      settings,
      status,
      reason: supported.reason,
      code: supported.code,
      observations: found.observations,
      startedAt,
      duration: ending.duration,
      wasUp,
      restartAt:
        wasUp && status === "down" && this.#restartAfter < Infinity
          ? this.#downSince + this.#restartAfter
          : undefined,
      // A check that hangs stays down: no run can end before the next attempt.
      staleAt: settings.interval === undefined || isHung ? undefined : this.#reusableUntil,
    });
  }

  #becomeStale(): void {
    this.#reusableUntil = Number.NEGATIVE_INFINITY;
    this.#become({
      ...this.#state,
      ...staleStatus(this.settings),
      restartAt: undefined,
      staleAt: undefined,
    });
  }

  #become(state: CheckState): void {
    const { status: from } = this.#state;
    this.#state = state;
    this.#cancelStale();
    this.#cancelStale = this.#at(state.staleAt, () => {
      // A run that has begun meanwhile decides, and what arrived while the loop was busy still counts.
      this.#cancelStale = this.#context.clock.nextTurn(() => {
        if (this.#inFlight === undefined) this.#becomeStale();
      });
    });
    // When `restartAfter` has passed, liveness fails by time alone.
    this.#cancelRestart();
    this.#cancelRestart = this.#at(state.restartAt, this.#context.onVerdict);
    this.#context.onState?.(state);
    const { status: to, reason, code } = state;
    if (from === to) return;
    this.#context.onVerdict();
    this.#context.onChange({ check: state.settings.name, from, to, reason, code });
  }

  /** Calls back at a moment, where there is one; returns the cancellation. */
  #at(moment: number | undefined, callback: () => void): () => void {
    const { clock } = this.#context;
    if (moment === undefined || clock.perRequest) return () => {};
    return clock.after(moment - clock.now(), callback);
  }
}
