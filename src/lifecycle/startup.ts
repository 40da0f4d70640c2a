import { HaleError } from "../contract/errors.ts";
import type { Explain } from "../contract/explain.ts";
import { type Rule, requireOption } from "../contract/options.ts";
import type { TaskReport } from "../contract/report.ts";

/** What start-up is given. */
export interface StartupOptions {
  readonly explain: Explain | Promise<Explain>;
  /** The last task is done; called once. */
  readonly onDone: () => void;
  /** A task has failed. */
  readonly onFailed: (task: TaskReport) => void;
}

const NAME: Rule = {
  expected: "a name of 1 to 100 characters",
  accepts: (value) => typeof value === "string" && value.length > 0 && value.length <= 100,
};

const TASK: Rule = {
  expected: "a promise, or a function that returns one",
  accepts: (value) =>
    typeof value === "function" || typeof (value as Promise<unknown> | null)?.then === "function",
};

/** The start-up tasks of one service. Once all are done, it is over for good. */
export class Startup {
  readonly #tasks = new Map<string, TaskReport>();
  readonly #options: StartupOptions;
  #released = false;
  #done = false;

  constructor(options: StartupOptions) {
    this.#options = options;
  }

  /** The tasks that are pending or failed. */
  get tasks(): readonly TaskReport[] {
    return [...this.#tasks.values()];
  }

  /** Adds a task; a function is called at once. */
  add(name: string, task: Promise<unknown> | (() => Promise<unknown>)): void {
    requireOption("starting()", "name", name, NAME);
    requireOption("starting()", "task", task, TASK);
    if (this.#done) throw new HaleError("HALE_ALREADY_STARTED", name);
    if (this.#tasks.has(name)) throw new HaleError("HALE_DUPLICATE_TASK", name);
    this.#tasks.set(name, { name, status: "pending" });
    (async () => (typeof task === "function" ? task() : task))().then(
      () => {
        this.#tasks.delete(name);
        this.#finish();
      },
      async (failure) => {
        const explain = await this.#options.explain;
        const failed: TaskReport = { name, status: "failed", reason: explain(failure) };
        this.#tasks.set(name, failed);
        this.#options.onFailed(failed);
      },
    );
  }

  /** All tasks are known: nothing but those that are pending holds start-up back now. */
  release(): void {
    this.#released = true;
    this.#finish();
  }

  #finish(): void {
    if (this.#done || !this.#released || this.#tasks.size > 0) return;
    this.#done = true;
    this.#options.onDone();
  }
}
