import type { DescribeFailure } from "../contract/describe-failure.ts";
import type { PhaseEvent } from "../contract/health.ts";
import type { Phase } from "../contract/probe.ts";
import type { TaskReport } from "../contract/report.ts";
import type { Clock } from "../engine/clock.ts";
import { Startup } from "./startup.ts";

/** The options of a lifecycle. */
export interface LifecycleOptions {
  /** Whether startup waits for `markStarted()`. */
  readonly manual: boolean;
  readonly describe: DescribeFailure;
  readonly clock: Pick<Clock, "after" | "nextTurn">;
  /** Milliseconds after which an unfinished start is reported. */
  readonly startupDeadline: number;
  readonly onPhase: (event: PhaseEvent) => void;
  readonly onTaskFailed: (task: TaskReport, retryIn: number | undefined) => void;
  /** Called when startup exceeds its deadline, with its unfinished tasks and what else it waits for. */
  readonly onStartupLate: (tasks: readonly TaskReport[], awaited: readonly string[]) => void;
}

/** The lifecycle of one process: starting, serving, draining, in this order alone. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly startup: Startup;
  readonly #cancelLate: () => void;
  #phase: Phase = "starting";
  #started = false;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    const { clock } = options;
    this.#cancelLate = clock.after(options.startupDeadline, () => {
      options.onStartupLate(this.tasks, this.startup.awaited);
    });
    this.startup = new Startup({
      describe: options.describe,
      clock,
      onDone: () => {
        this.#cancelLate();
        this.#started = true;
        if (this.#phase === "starting") this.#enter("serving");
      },
      onFailed: options.onTaskFailed,
    });
    if (!options.manual) clock.nextTurn(() => this.startup.endFirstTurn());
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether startup is done; draining does not change it. */
  get started(): boolean {
    return this.#started;
  }

  get tasks(): readonly TaskReport[] {
    return this.startup.tasks;
  }

  drain(): void {
    this.#cancelLate();
    this.startup.abandon();
    this.#enter("draining");
  }

  #enter(to: Phase): void {
    const from = this.#phase;
    if (from === to) return;
    this.#phase = to;
    this.#options.onPhase({ from, to });
  }
}
