import type { DescribeFailure } from "../contract/describe-failure.ts";
import { HaleError } from "../contract/errors.ts";
import type { StartupTask, StartupTaskOptions } from "../contract/health.ts";
import {
  FUNCTION,
  hasMethods,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import type { TaskReport } from "../contract/report.ts";
import type { Clock } from "../engine/clock.ts";

/** What start-up is given. */
export interface StartupOptions {
  readonly describe: DescribeFailure;
  readonly clock: Pick<Clock, "after">;
  /** The last task is done; called once. */
  readonly onDone: () => void;
  /** A task has failed; `again` is in how many milliseconds it is called again. */
  readonly onFailed: (task: TaskReport, again: number | undefined) => void;
}

const NAME: Rule = {
  expected: "a name of 1 to 100 characters",
  accepts: (value) => typeof value === "string" && value.length > 0 && value.length <= 100,
};

const TASK: Rule = {
  expected: "a promise or a function",
  accepts: (value) => FUNCTION.accepts(value) || hasMethods(value, ["then"]),
};

const TO_BE_RETRIED: Rule = { ...FUNCTION, expected: "a function, to be tried again" };

const RULES: Rules<StartupTaskOptions> = {
  retries: {
    expected: "a whole number or Infinity",
    accepts: (value) => value === Infinity || (Number.isInteger(value) && (value as number) >= 0),
  },
};

/** Milliseconds before a task is called again, after its first failure and at most. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** The start-up tasks of one service. Once all are done, it is over for good. */
export class Startup {
  readonly #tasks = new Map<string, TaskReport>();
  readonly #options: StartupOptions;
  readonly #abortion = new AbortController();
  /** What calls off that a task is called again, by its name. */
  readonly #pauses = new Map<string, () => void>();
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
  add(givenName: string, task: StartupTask, options: StartupTaskOptions = {}): void {
    requireOption("addStartupTask()", "name", givenName, NAME);
    // Reports and log lines hold it, so that it loses its credentials here.
    const name = this.#options.describe(givenName).reason;
    requireOption("addStartupTask()", "task", task, TASK);
    validateOptions("addStartupTask()", options, RULES);
    const { retries = 0 } = options;
    if (retries > 0) requireOption("addStartupTask()", "task", task, TO_BE_RETRIED);
    if (this.#done) {
      const message = `The start-up task "${name}" came after startup was done. Call addStartupTask() in the turn of createHealth().`;
      throw new HaleError("HALE_ALREADY_STARTED", message);
    }
    if (this.#tasks.has(name)) {
      const message = `A start-up task named "${name}" exists already. Give one of the two another name.`;
      throw new HaleError("HALE_DUPLICATE_TASK", message);
    }
    void this.#attempt(name, task, retries, FIRST_PAUSE);
  }

  /** All tasks are known: nothing but those that are pending holds start-up back now. */
  release(): void {
    this.#released = true;
    this.#finish();
  }

  /** Aborts the tasks, since nothing waits for them any more. */
  abandon(): void {
    this.#abortion.abort();
    for (const cancel of this.#pauses.values()) cancel();
  }

  async #attempt(name: string, task: StartupTask, retries: number, pause: number): Promise<void> {
    const { signal } = this.#abortion;
    this.#tasks.set(name, { ...this.#tasks.get(name), name, status: "pending" });
    const progress = (share: number) => {
      const now = this.#tasks.get(name);
      if (now?.status !== "pending") return;
      this.#tasks.set(name, { ...now, progress: share > 0 ? Math.min(share, 1) : 0 });
    };
    try {
      await (typeof task === "function" ? task({ progress, signal }) : task);
    } catch (failure) {
      const { reason } = this.#options.describe(failure);
      const again = retries > 0 && !signal.aborted ? pause : undefined;
      const failed: TaskReport = { name, status: again ? "pending" : "failed", reason };
      this.#tasks.set(name, failed);
      if (again) {
        const attempt = () =>
          void this.#attempt(name, task, retries - 1, Math.min(2 * pause, LONGEST_PAUSE));
        this.#pauses.set(name, this.#options.clock.after(again, attempt));
      }
      this.#options.onFailed(failed, again);
      return;
    }
    this.#tasks.delete(name);
    this.#finish();
  }

  #finish(): void {
    if (this.#done || !this.#released || this.#tasks.size > 0) return;
    this.#done = true;
    this.#options.onDone();
  }
}
