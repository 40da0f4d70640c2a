import { HaleError } from "../contract/errors.ts";
import type { Explain } from "../contract/explain.ts";
import type { PhaseEvent } from "../contract/health.ts";
import type { Phase } from "../contract/probe.ts";
import type { TaskReport } from "../contract/report.ts";
import { Startup } from "./startup.ts";

/** What a life is given. */
export interface LifeOptions {
  /** Whether startup waits for `started()`. */
  readonly manual: boolean;
  readonly explain: Explain | Promise<Explain>;
  /** Calls back in the next turn of the event loop. */
  readonly nextTurn: (callback: () => void) => void;
  readonly onPhase: (event: PhaseEvent) => void;
  readonly onTaskFailed: (task: TaskReport) => void;
}

/** The life of one process: starting, serving, draining; it never goes back. */
export class Life {
  readonly #options: LifeOptions;
  readonly #startup: Startup;
  #phase: Phase = "starting";
  #started = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#startup = new Startup({
      explain: options.explain,
      onDone: () => {
        this.#started = true;
        if (this.#phase === "starting") this.#enter("serving");
      },
      onFailed: options.onTaskFailed,
    });
    if (!options.manual) options.nextTurn(() => this.#startup.release());
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether startup is done; draining does not undo it, nor make up for it. */
  get started(): boolean {
    return this.#started;
  }

  get tasks(): readonly TaskReport[] {
    return this.#startup.tasks;
  }

  starting(name: string, task: Promise<unknown> | (() => Promise<unknown>)): void {
    this.#startup.add(name, task);
  }

  startedByHand(): void {
    if (!this.#options.manual) throw new HaleError("HALE_STARTUP_NOT_MANUAL");
    this.#startup.release();
  }

  drain(): void {
    this.#enter("draining");
  }

  #enter(to: Phase): void {
    const from = this.#phase;
    if (from === to) return;
    this.#phase = to;
    this.#options.onPhase({ from, to });
  }
}
