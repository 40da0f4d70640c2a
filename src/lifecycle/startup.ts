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

/** The options of start-up. */
export interface StartupOptions {
  readonly describe: DescribeFailure;
  readonly clock: Pick<Clock, "after">;
  /** Called once, when nothing is awaited any more. */
  readonly onDone: () => void;
  /** Called when a task has failed; `retryIn` is the milliseconds until it is called again. */
  readonly onFailed: (task: TaskReport, retryIn: number | undefined) => void;
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

/** Milliseconds before a retry: after the first failure, and at most. */
const FIRST_RETRY_DELAY = 1000;
const MAX_RETRY_DELAY = 30_000;

/**
 * The start-up of one service: it waits for its tasks, and for its servers to listen. Once it is done, it stays
 * done.
 */
export class Startup {
  readonly #tasks = new Map<string, TaskReport>();
  /** The servers that do not listen yet, one entry a wait: several may be for one server. */
  readonly #waits = new Map<object, object>();
  readonly #options: StartupOptions;
  readonly #abortion = new AbortController();
  /** The cancellations of scheduled retries, by task. */
  readonly #retries = new Map<string, () => void>();
  /** Whether more than the tasks may hold startup: until the first turn is over, or `markStarted()` is called. */
  #open = true;
  #marked = false;
  /** Whether a server listens, a task has ended, a request has come, or `markStarted()` was called. */
  #evident = false;
  #needsEvidence = false;
  #done = false;

  constructor(options: StartupOptions) {
    this.#options = options;
  }

  /** The tasks that are pending or failed. */
  get tasks(): readonly TaskReport[] {
    return [...this.#tasks.values()];
  }

  /** The conditions that startup waits for besides its tasks, as the log names them. */
  get awaited(): readonly string[] {
    const { size } = new Set(this.#waits.values());
    if (this.#marked) return [];
    if (this.#open) return ["markStarted()"];
    if (size > 0)
      return [`${size === 1 ? "a server" : `${size} servers`} to listen, or markStarted()`];
    return this.isSilent ? ["a server, a task or markStarted()"] : [];
  }

  /** Whether nothing will ever say that the service has started, though that is needed. */
  get isSilent(): boolean {
    const held = this.#open || this.#evident || this.#tasks.size || this.#waits.size;
    return this.#needsEvidence && !held;
  }

  /** Whether startup is done though no server, task, request or `markStarted()` has shown it. */
  get isUnproven(): boolean {
    return this.#done && !this.#evident;
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
      const message = `Start-up task "${name}" was added after startup had finished. Call addStartupTask() in the same turn as createHealth().`;
      throw new HaleError("HALE_ALREADY_STARTED", message);
    }
    if (this.#tasks.has(name)) {
      const message = `A start-up task named "${name}" already exists. Rename one of the two.`;
      throw new HaleError("HALE_DUPLICATE_TASK", message);
    }
    void this.#attempt(name, task, retries, FIRST_RETRY_DELAY);
  }

  /** Ends the turn in which the service was made. */
  endFirstTurn(): void {
    this.#open = false;
    this.#finish();
  }

  /** Ends the wait for all but the tasks. */
  markStarted(): void {
    this.#marked = true;
    this.requestReceived();
  }

  /** Waits for a server to listen; `wait` is the key of this wait alone. */
  awaitServer(wait: object, server: object): void {
    this.#waits.set(wait, server);
  }

  /** Ends one wait for a server; others for the same server go on. */
  dropWait(wait: object): void {
    this.#waits.delete(wait);
    this.#finish();
  }

  /** Ends one wait for a server, which listens. */
  serverListens(wait: object): void {
    this.#evident = true;
    this.dropWait(wait);
  }

  /** Waits no more for any server: an adapter has passed a request on to the application, which therefore runs. */
  requestReceived(): void {
    this.#evident = true;
    this.#waits.clear();
    this.#finish();
  }

  /**
   * Waits from now on for something that says that the service has started. Returns whether that is still
   * possible, or has come already.
   */
  requireEvidence(): boolean {
    this.#needsEvidence = true;
    return this.#evident || !this.#done;
  }

  /** Aborts the tasks and cancels their retries. */
  abandon(): void {
    this.#abortion.abort();
    for (const cancel of this.#retries.values()) cancel();
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
          void this.#attempt(name, task, retries - 1, Math.min(2 * pause, MAX_RETRY_DELAY));
        this.#retries.set(name, this.#options.clock.after(again, attempt));
      }
      this.#options.onFailed(failed, again);
      return;
    }
    this.#tasks.delete(name);
    this.#evident = true;
    this.#finish();
  }

  #finish(): void {
    if (this.#done || this.#tasks.size + this.awaited.length > 0) return;
    this.#done = true;
    this.#options.onDone();
  }
}
