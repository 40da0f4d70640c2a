import type { Worker } from "node:cluster";
import type { Clock } from "../engine/clock.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import type { Log } from "../telemetry/log.ts";
import { type Order, toOrderMessage } from "./cluster-message.ts";
import { followWorkers, type Workers } from "./follow-workers.ts";

/** The dependencies of a {@link WorkerLeader}. */
export interface WorkerLeaderTools {
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
}

interface Follower {
  readonly worker: Worker;
  /** Whether it has reported that it does what it is ordered. */
  obeys: boolean;
  sent?: Order;
}

/** Milliseconds within which the system ends a process that was killed; one in a system call may take longer. */
const KILL_TIMEOUT = 1000;

/**
 * Leads the shutdown of the workers of a cluster. They drain together with the primary, which alone sees
 * the probers, and stop listening when it orders them to.
 */
export class WorkerLeader {
  readonly #tools: WorkerLeaderTools;
  readonly #followers = new Map<number, Follower>();
  readonly #failures: string[] = [];
  #order: Order = "follow";
  #onEmpty = () => {};
  #warned = false;

  /** Leads no longer. */
  readonly dispose: () => void;

  constructor(from: Workers, tools: WorkerLeaderTools) {
    this.#tools = tools;
    this.dispose = followWorkers(from, {
      joined: (worker) => this.#join(worker),
      reported: ({ id }, { obeys = false }) => {
        const follower = this.#followers.get(id);
        if (follower === undefined) return;
        follower.obeys = obeys;
        this.#send(follower);
      },
      ended: (worker, how, code) => this.#ended(worker, how, code),
    });
  }

  /** Has the workers drain: they go on, and every response is the last one of its connection. */
  drain(): void {
    this.#order = "drain";
    for (const follower of this.#followers.values()) this.#send(follower);
  }

  /**
   * Has the workers end, and kills those that are still there after so many milliseconds, or when
   * `sooner` resolves. Resolves to what went wrong, in words.
   */
  async close(timeout: number, sooner: Promise<unknown>): Promise<readonly string[]> {
    const { log } = this.#tools;
    this.#order = "close";
    const { size } = this.#followers;
    log("info", `closing ${size} workers within ${inSeconds(timeout)}`, { workers: size });
    for (const follower of this.#followers.values()) this.#end(follower);
    await this.#empty(timeout, sooner);
    for (const { worker } of this.#followers.values()) worker.process.kill("SIGKILL");
    await this.#empty(KILL_TIMEOUT);
    for (const { worker } of this.#followers.values()) {
      this.#fail(`worker process ${worker.process.pid} did not end when it was killed`);
    }
    return this.#failures;
  }

  #join(worker: Worker): void {
    if (this.#order === "close") this.#warn(worker);
    else this.#followers.set(worker.id, { worker, obeys: false });
  }

  #send(follower: Follower): void {
    const { worker, obeys, sent } = follower;
    if (!obeys || sent === this.#order || !worker.isConnected()) return;
    follower.sent = this.#order;
    // The channel may close at any time; the end of the worker is seen by itself.
    worker.send(toOrderMessage(this.#order), () => {});
  }

  #end(follower: Follower): void {
    const { worker, obeys } = follower;
    // By this a listener to the ends of workers knows that no replacement is wanted.
    worker.exitedAfterDisconnect = true;
    if (obeys && worker.isConnected()) this.#send(follower);
    else worker.process.kill("SIGTERM");
  }

  #ended({ id, process: { pid } }: Worker, how: string, code: number | null): void {
    if (!this.#followers.delete(id)) return;
    if (this.#order !== "follow") {
      const line = `worker process ${pid} ${how}`;
      if (code === 0) this.#tools.log("info", line, { pid, code });
      else this.#fail(line);
    }
    if (this.#followers.size === 0) this.#onEmpty();
  }

  #fail(line: string): void {
    this.#failures.push(line);
    this.#tools.log("error", line, {});
  }

  /** Resolves when no worker is left, or after so many milliseconds. */
  async #empty(timeout: number, sooner?: Promise<unknown>): Promise<void> {
    if (this.#followers.size === 0) return;
    let cancel = () => {};
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      cancel = this.#tools.clock.after(timeout, resolve);
    });
    await Promise.race([empty, ...(sooner === undefined ? [] : [sooner])]);
    cancel();
  }

  #warn({ process }: Worker): void {
    if (this.#warned) return;
    this.#warned = true;
    const line = `worker process ${process.pid} was forked during the shutdown, and ends with it`;
    const advice = "fork only where worker.exitedAfterDisconnect is false";
    this.#tools.log("warn", `${line}: ${advice}`, { pid: process.pid });
  }
}
