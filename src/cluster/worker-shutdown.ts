import type { Worker } from "node:cluster";
import type { EventEmitter } from "node:events";
import type { Clock } from "../engine/clock.ts";

import { inSeconds } from "../telemetry/in-seconds.ts";
import type { Log } from "../telemetry/log.ts";
import { type Order, reportIn, toOrderMessage } from "./cluster-message.ts";

/** The part of `node:cluster` that is looked at. */
export type Workers = Pick<EventEmitter, "on" | "off"> & {
  readonly workers?: NodeJS.Dict<Worker> | undefined;
};

/** With what a leader works. */
export interface LeaderTools {
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
}

interface Follower {
  readonly worker: Worker;
  /** Whether it has said that it does what it is told. */
  obeys: boolean;
  told: Order | undefined;
}

/**
 * Milliseconds after which a worker that was asked to end alone may: where a whole group of processes
 * is sent a signal, the primary may get it a little later.
 */
const ALONE = 500;

/** The order that holds in each stage. */
const ORDER_OF = { serving: "follow", draining: "drain", closing: "close" } as const;

/**
 * Brings the workers of a cluster to their end. They drain together with the primary, which alone sees
 * the probers, and stop listening when it says so.
 */
export class WorkerShutdown {
  readonly #tools: LeaderTools;
  readonly #followers = new Map<number, Follower>();
  readonly #failures: string[] = [];
  readonly #stops: (() => void)[];
  /** Those who wait whether they may end alone, by the number of the worker. */
  readonly #alone = new Map<number, () => void>();
  #stage: keyof typeof ORDER_OF = "serving";
  #onEmpty = () => {};
  #warned = false;

  constructor(from: Workers, tools: LeaderTools) {
    this.#tools = tools;
    const listeners: Readonly<Record<string, (worker: Worker, ...values: unknown[]) => void>> = {
      fork: (worker) => this.#join(worker),
      message: (worker, message) => this.#hear(worker, message),
      exit: (worker, code, signal) => this.#ended(worker, code, signal),
    };
    this.#stops = Object.entries(listeners).map(([event, listener]) => {
      from.on(event, listener);
      return () => void from.off(event, listener);
    });
    for (const worker of Object.values(from.workers ?? {})) {
      if (worker !== undefined) this.#join(worker);
    }
  }

  /** Has the workers drain: they go on, and every response is the last one of its connection. */
  drain(): void {
    this.#stage = "draining";
    this.#forgetAlone();
    for (const follower of this.#followers.values()) this.#tell(follower);
  }

  /**
   * Has the workers end, and kills those that are still there after so many milliseconds, or when
   * `sooner` resolves. Resolves to what went wrong, in words.
   */
  async close(timeout: number, sooner: Promise<unknown>): Promise<readonly string[]> {
    this.#stage = "closing";
    this.#forgetAlone();
    const { size } = this.#followers;
    const line = `${size} workers are told to end, and have ${inSeconds(timeout)}`;
    this.#tools.log("info", line, { workers: size });
    for (const follower of this.#followers.values()) this.#end(follower);
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#tools.clock.after(timeout, resolve);
    });
    await Promise.race([this.#empty(), late, sooner]);
    cancel();
    for (const { worker } of this.#followers.values()) worker.process.kill("SIGKILL");
    await this.#empty();
    return this.#failures;
  }

  /** Leads no longer. */
  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#forgetAlone();
  }

  #join(worker: Worker): void {
    if (this.#stage === "closing") this.#warn(worker);
    else this.#followers.set(worker.id, { worker, obeys: false, told: undefined });
  }

  #hear(worker: Worker, message: unknown): void {
    const report = reportIn(message);
    const follower = this.#followers.get(worker.id);
    if (report === undefined || follower === undefined) return;
    follower.obeys = report.obeys === true;
    this.#tell(follower);
    if (report.phase !== "draining" || this.#stage !== "serving") return;
    if (this.#alone.has(worker.id)) return;
    // The others go on, and get what would have come to this one.
    const cancel = this.#tools.clock.after(ALONE, () => this.#say(follower, "close"));
    this.#alone.set(worker.id, cancel);
  }

  #forgetAlone(): void {
    for (const cancel of this.#alone.values()) cancel();
    this.#alone.clear();
  }

  #tell(follower: Follower): void {
    if (follower.obeys && follower.told !== "close") this.#say(follower, ORDER_OF[this.#stage]);
  }

  #say(follower: Follower, order: Order): void {
    const { worker, told } = follower;
    if (told === order || !worker.isConnected()) return;
    follower.told = order;
    // The channel may close at any time; the end of the worker is seen by itself.
    worker.send(toOrderMessage(order), () => {});
  }

  #end(follower: Follower): void {
    const { worker, obeys } = follower;
    // By this a listener to the ends of workers knows that no replacement is wanted.
    worker.exitedAfterDisconnect = true;
    if (obeys && worker.isConnected()) this.#tell(follower);
    else worker.process.kill("SIGTERM");
  }

  #ended({ id, process }: Worker, code: unknown, signal: unknown): void {
    if (!this.#followers.delete(id)) return;
    this.#alone.get(id)?.();
    this.#alone.delete(id);
    if (this.#stage !== "serving") {
      const how = signal ? `was killed by ${signal}` : `has ended with ${code}`;
      const line = `worker process ${process.pid} ${how}`;
      if (code !== 0) this.#failures.push(line);
      this.#tools.log(code === 0 ? "info" : "error", line, { pid: process.pid, code, signal });
    }
    if (this.#followers.size === 0) this.#onEmpty();
  }

  async #empty(): Promise<void> {
    if (this.#followers.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  #warn({ process }: Worker): void {
    if (this.#warned) return;
    this.#warned = true;
    const line = `worker process ${process.pid} was forked while the service ends, and ends with it`;
    const advice = "fork only where worker.exitedAfterDisconnect is false";
    this.#tools.log("warn", `${line}: ${advice}`, { pid: process.pid });
  }
}
