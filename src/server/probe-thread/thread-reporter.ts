import type { CheckState } from "../../engine/check-state.ts";
import {
  type LazyReport,
  type ProbeQuery,
  Reporter,
  type ReportSource,
} from "../../report/reporter.ts";
import type { HistoryQuery } from "./history-query.ts";
import type { MainThreadQueries } from "./main-thread-queries.ts";
import type { StallLimits } from "./messages.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import { isStalled, stallFailure } from "./stall-detector.ts";

/** The parts of the reporter. */
export interface ThreadReporterParts {
  readonly store: SnapshotStore;
  readonly queries: MainThreadQueries;
  readonly limits: StallLimits;
  readonly histories: HistoryQuery;
  /** Milliseconds for which the event loop of the main thread has stood still. */
  readonly stalledFor: () => number;
}

/** Reports probes in the probe thread, from the last snapshot of the main thread; only deep asks that thread. */
export class ThreadReporter implements ReportSource {
  readonly #parts: ThreadReporterParts;
  readonly #reporter: Reporter<CheckState>;
  /** A main thread that stands still is not waited for a second time. */
  readonly history = async () =>
    isStalled(this.#parts.stalledFor()) ? undefined : this.#parts.histories.read();

  constructor(parts: ThreadReporterParts) {
    this.#parts = parts;
    const { store } = parts;
    // Read anew each time: the lifecycle of a store is that of its last snapshot.
    this.#reporter = new Reporter(store, {
      get phase() {
        return store.lifecycle.phase;
      },
      get started() {
        return store.lifecycle.started;
      },
      get tasks() {
        return store.lifecycle.tasks;
      },
    });
  }

  /** Marks reports as stale: a snapshot has come. */
  invalidate(): void {
    this.#reporter.invalidate();
  }

  has(probe: ProbeQuery["probe"], check: string): boolean {
    return this.#reporter.has(probe, check);
  }

  names(probe: ProbeQuery["probe"]): Iterable<string> {
    return this.#reporter.names(probe);
  }

  isUnchanged(query: ProbeQuery, version: number): boolean {
    if (query.probe === "deep" || this.#failureOf(query) !== undefined) return false;
    this.#checkAge();
    return this.#reporter.isUnchanged(query, version);
  }

  reportIfFresh(query: ProbeQuery): LazyReport | undefined {
    return needsMainThread(query) ? undefined : this.last(query);
  }

  async refresh(query: ProbeQuery, within?: number): Promise<LazyReport> {
    if (needsMainThread(query)) await this.#parts.queries.settle(query, within);
    return this.last(query);
  }

  last(query: ProbeQuery): LazyReport {
    this.#checkAge();
    const lazy = this.#reporter.last(query);
    const reason = this.#failureOf(query);
    if (reason === undefined) return lazy;
    const { version, report } = lazy;
    // A version of its own, so that neither report is taken for the other.
    return { version: ~version, report: () => ({ ...report(), status: "down", reason }) };
  }

  #checkAge(): void {
    if (this.#parts.store.hasTurned()) this.#reporter.invalidate();
  }

  /** Returns the reason that the process itself fails a probe; a single check ignores it. */
  #failureOf({ probe, check }: ProbeQuery): string | undefined {
    if (check !== undefined || (probe !== "readiness" && probe !== "liveness")) return undefined;
    const { limits, stalledFor } = this.#parts;
    return stallFailure(stalledFor(), limits[probe]);
  }
}

/** Whether a query waits for runs: a scraper accepts the results of the runs in the background. */
function needsMainThread({ probe, maxAge }: ProbeQuery): boolean {
  return probe === "deep" && maxAge === undefined;
}
