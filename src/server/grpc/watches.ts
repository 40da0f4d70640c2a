import type { Clock } from "../../engine/clock.ts";
import type { ServingStatus } from "../../grpc/messages.ts";
import { type ProbeQuery, queryKeyOf, type ReportSource } from "../../report/reporter.ts";
import { isReadiness, servingStatusOf } from "./health-service.ts";

/**
 * Milliseconds that a Watch which begins during a drain stays open. Some clients try again at once after a Watch that
 * has sent a message (grpc-go does), and would do so without a pause.
 */
const LINGER = 1000;

/** The end of one Watch at its caller. */
export interface Watcher {
  send(status: ServingStatus): void;
  /** Ends the call, because the service drains or the server closes. */
  end(): void;
}

/** The dependencies of {@link Watches}. Times are milliseconds. */
export interface WatchesOptions {
  readonly clock: Pick<Clock, "after">;
  readonly reporter: Pick<ReportSource, "last">;
  /** Resolves once the checks of a query have run as for a prober. */
  readonly refresh: (query: ProbeQuery) => Promise<unknown>;
  /** The time between two refreshes of each query that is watched. */
  readonly pace: number;
  readonly isDraining: () => boolean;
}

/** The watchers of one query; of services that are not there, where it is `undefined`. */
interface Watched {
  readonly query: ProbeQuery | undefined;
  /** Each with the status that was sent last. */
  readonly watchers: Map<Watcher, ServingStatus | undefined>;
}

/**
 * The open Watch calls of one health. However many watch a service, its checks run for all of them together, once
 * per pace, since a check on demand changes only when a caller asks.
 */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #watched = new Map<string, Watched>();
  #cancelTick: (() => void) | undefined;
  #isOver = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  /** The number of open Watch calls. */
  get size(): number {
    let size = 0;
    for (const { watchers } of this.#watched.values()) size += watchers.size;
    return size;
  }

  /** Sends a watcher the status of a query and each change of it; returns a function that stops that. */
  add(query: ProbeQuery | undefined, watcher: Watcher): () => void {
    if (this.#isOver) {
      watcher.end();
      return () => {};
    }
    const key = query === undefined ? "" : queryKeyOf(query);
    const watched = this.#watched.get(key) ?? { query, watchers: new Map() };
    this.#watched.set(key, watched);
    watched.watchers.set(watcher, undefined);
    if (this.#options.isDraining()) this.#endSoon(watched, watcher);
    this.#tickLater();
    void this.#sendFirst(watched, watcher);
    return () => this.#remove(watched, watcher);
  }

  /** Sends what has changed, without a run of any check. */
  look(): void {
    for (const watched of this.#watched.values()) this.#sendChanges(watched);
  }

  /** Notifies the watchers of readiness that the service drains, and ends every Watch. */
  drain(): void {
    for (const watched of this.#watched.values()) {
      const drained = watched.query !== undefined && isReadiness(watched.query);
      for (const [watcher, sent] of watched.watchers) {
        if (drained) this.#send(watched, watcher, "NOT_SERVING");
        // It is still owed its first message.
        if (!drained && sent === undefined) this.#endSoon(watched, watcher);
        else this.#end(watched, watcher);
      }
    }
  }

  /** Ends every Watch, because the server closes; one that comes later ends at once. */
  endAll(): void {
    this.#isOver = true;
    for (const watched of this.#watched.values()) {
      for (const watcher of watched.watchers.keys()) this.#end(watched, watcher);
    }
  }

  async #sendFirst(watched: Watched, watcher: Watcher): Promise<void> {
    if (watched.query !== undefined) await this.#options.refresh(watched.query);
    this.#send(watched, watcher, this.#statusOf(watched));
  }

  #sendChanges(watched: Watched): void {
    const status = this.#statusOf(watched);
    for (const [watcher, sent] of watched.watchers) {
      if (sent !== undefined) this.#send(watched, watcher, status);
    }
  }

  #send({ watchers }: Watched, watcher: Watcher, status: ServingStatus): void {
    if (!watchers.has(watcher) || watchers.get(watcher) === status) return;
    watchers.set(watcher, status);
    watcher.send(status);
  }

  #statusOf({ query }: Watched): ServingStatus {
    return query === undefined
      ? "SERVICE_UNKNOWN"
      : servingStatusOf(this.#options.reporter.last(query));
  }

  #end(watched: Watched, watcher: Watcher): void {
    if (!watched.watchers.has(watcher)) return;
    this.#remove(watched, watcher);
    watcher.end();
  }

  #endSoon(watched: Watched, watcher: Watcher): void {
    this.#options.clock.after(LINGER, () => this.#end(watched, watcher));
  }

  #remove(watched: Watched, watcher: Watcher): void {
    watched.watchers.delete(watcher);
    if (watched.watchers.size > 0) return;
    const key = watched.query === undefined ? "" : queryKeyOf(watched.query);
    if (this.#watched.get(key) === watched) this.#watched.delete(key);
    if (this.#watched.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #tickLater(): void {
    this.#cancelTick ??= this.#options.clock.after(this.#options.pace, () => {
      this.#cancelTick = undefined;
      this.#tickLater();
      for (const watched of this.#watched.values()) void this.#refresh(watched);
    });
  }

  async #refresh(watched: Watched): Promise<void> {
    if (watched.query !== undefined) await this.#options.refresh(watched.query);
    this.#sendChanges(watched);
  }
}
