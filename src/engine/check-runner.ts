import type { Outcome, Run, Status } from "../contract/check.ts";
import type { Words } from "../contract/explain.ts";
import type { ChangeEvent } from "../contract/health.ts";
import type { Clock } from "./clock.ts";
import { execute } from "./execution.ts";
import { MAX_WRITTEN_OFF, retryDelay } from "./retry-delay.ts";
import type { CheckSettings } from "./settings.ts";
import { isReusable, staleAfter } from "./staleness.ts";
import { applyThresholds, NO_RUNS, type ThresholdState } from "./thresholds.ts";

/** What the engine believes of one check at one moment. */
export interface CheckView {
  readonly settings: CheckSettings;
  readonly status: Status;
  readonly reason: string | undefined;
  readonly observations: Outcome["observations"];
  /** Milliseconds since the run that the status rests on began. */
  readonly age: number | undefined;
  readonly duration: number | undefined;
  /** Whether the check has been up or degraded in this process. */
  readonly wasUp: boolean;
  /** Whether it has been down for longer than `restartAfter` allows. */
  readonly restartDue: boolean;
  /** Milliseconds until it will have been, if it stays down. */
  readonly restartIn: number | undefined;
}

/** What a runner is given besides its settings. */
export interface RunnerContext {
  /** May still be on their way; outcomes wait for them. */
  readonly words: Words | Promise<Words>;
  readonly clock: Clock;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** The status that callers see has changed. */
  readonly onChange: (event: ChangeEvent) => void;
  /** A run has ended, whatever it found. */
  readonly onResult: () => void;
  /** Something that a verdict rests on has changed. */
  readonly onVerdict: () => void;
}

interface Result extends Outcome {
  readonly startedAt: number;
  readonly duration: number;
}

interface InFlightRun {
  readonly done: Promise<void>;
  readonly abort: () => void;
}

/** What is believed once so many runs hang that no more are started, whatever the thresholds say. */
const HUNG: ThresholdState = { status: "down", against: 0 };
const HUNG_REASON = `${MAX_WRITTEN_OFF} runs have not ended.`;

/** Runs one check, one run at a time, and keeps what it found. */
export class CheckRunner {
  settings: CheckSettings;
  readonly #run: Run;
  readonly #tools: RunnerContext;
  readonly #restartAfter: number;

  #flight: InFlightRun | undefined;
  #result: Result | undefined;
  #tally: ThresholdState = NO_RUNS;
  #reason: string | undefined;
  #shown: Status = "unknown";
  #wasUp = false;
  #downSince = 0;
  #restartDue = false;
  #writtenOff = 0;
  #attempts = 0;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(settings: CheckSettings, run: Run, tools: RunnerContext) {
    this.settings = settings;
    this.#run = run;
    this.#tools = tools;
    this.#restartAfter = (settings.restartAfter ?? Infinity) * (1 + 0.5 * tools.random());
  }

  /** Whether a probe can be answered without waiting for a run. */
  isCurrent(now: number): boolean {
    this.#judgeRestart(now);
    if (this.#closed || this.#isHeld(now)) return true;
    return this.#result !== undefined && isReusable(now - this.#result.startedAt, this.settings);
  }

  /** Starts a run, or joins the one under way; resolves when it has ended or is written off. */
  refresh(): Promise<void> {
    if (this.#flight !== undefined) return this.#flight.done;
    if (this.#closed || this.#isHeld(this.#tools.clock.now())) return Promise.resolve();
    return this.#start();
  }

  /**
   * What is believed now. `pending`: the run that a probe waited for has not ended, so that the
   * result before it counts only while it is young enough.
   */
  view(now: number, pending: boolean): CheckView {
    this.#judgeRestart(now);
    const result = this.#result;
    const age = result === undefined ? undefined : now - result.startedAt;
    const stale = pending && age !== undefined && age > staleAfter(this.settings);
    this.#show(this.#closed || stale ? "unknown" : this.#tally.status);
    return {
      settings: this.settings,
      status: this.#shown,
      reason: this.#shown === "unknown" ? this.#unknownBecause() : this.#reason,
      observations: result?.observations,
      age,
      duration: result?.duration,
      wasUp: this.#wasUp,
      restartDue: this.#restartDue,
      restartIn: this.#mayRestart ? this.#downSince + this.#restartAfter - now : undefined,
    };
  }

  /** Aborts the run under way and starts no other. */
  close(): void {
    this.#closed = true;
    this.#flight?.abort();
    this.#tools.onVerdict();
  }

  #start(): Promise<void> {
    const { clock } = this.#tools;
    const startedAt = clock.now();
    let ended = () => {};
    const done = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const end = (outcome: Outcome) => {
      this.#flight = undefined;
      if (!this.#closed) this.#record({ ...outcome, startedAt, duration: clock.now() - startedAt });
      ended();
    };
    const abort = execute(this.#run, this.settings.timeout, clock, this.#tools.words, {
      onOutcome: (outcome) => {
        this.#letRunsStart();
        end(outcome);
      },
      onWrittenOff: (outcome) => {
        // What is left of it ends with its request, so nothing piles up there.
        if (!clock.perRequest && ++this.#writtenOff >= MAX_WRITTEN_OFF) {
          this.#heldUntil = clock.now() + retryDelay(this.#attempts++);
        }
        end(outcome);
      },
      onLateSettled: () => {
        this.#writtenOff--;
        this.#letRunsStart();
      },
    });
    if (clock.perRequest) return done;
    this.#flight = {
      done,
      abort: () => {
        abort();
        ended();
      },
    };
    return done;
  }

  /** Whether so many runs hang that none is started before the next attempt. */
  #isHeld(now: number): boolean {
    return now < this.#heldUntil;
  }

  /** A run has ended, in time or late: the dependency answers again. */
  #letRunsStart(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    this.#attempts = 0;
  }

  #record(result: Result): void {
    this.#result = result;
    this.#tools.onResult();
    const before = this.#tally;
    const hung = this.#isHeld(this.#tools.clock.now());
    this.#tally = hung ? HUNG : applyThresholds(before, result.status, this.settings);
    const { status } = this.#tally;
    if (hung) this.#reason = HUNG_REASON;
    else if (status === result.status) this.#reason = result.reason;
    if (status !== "down") this.#wasUp = true;
    else if (before.status !== "down") this.#downSince = this.#tools.clock.now();
    this.#judgeRestart(this.#tools.clock.now());
    this.#show(status);
  }

  /** Whether it is down and was up before, so that time may come to restart the process. */
  get #mayRestart(): boolean {
    return this.#wasUp && this.#tally.status === "down" && this.#restartAfter < Infinity;
  }

  #judgeRestart(now: number): void {
    const due = this.#mayRestart && now - this.#downSince >= this.#restartAfter;
    if (due === this.#restartDue) return;
    this.#restartDue = due;
    this.#tools.onVerdict();
  }

  #show(status: Status): void {
    const from = this.#shown;
    if (from === status) return;
    this.#shown = status;
    this.#tools.onVerdict();
    if (this.#closed) return;
    const reason = status === "unknown" ? this.#unknownBecause() : this.#reason;
    this.#tools.onChange({ check: this.settings.name, from, to: status, reason });
  }

  #unknownBecause(): string {
    if (this.#closed) return "This health is closed.";
    if (this.#result === undefined) return "The check has not finished its first run.";
    return `The last result is older than ${staleAfter(this.settings)} ms.`;
  }
}
