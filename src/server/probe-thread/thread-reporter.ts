import type { CheckState } from "../../engine/check-state.ts";
import {
  type LazyReport,
  type ProbeQuery,
  Reporter,
  type ReportSource,
} from "../../report/reporter.ts";
import type { MainThreadQueries } from "./main-thread-queries.ts";
import type { StallLimits } from "./messages.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import { stallReason } from "./stall-detector.ts";

/** What it is made of. */
export interface ThreadReporterParts {
  readonly board: SnapshotStore;
  readonly desk: MainThreadQueries;
  readonly limits: StallLimits;
  /** Milliseconds for which the event loop of the main thread has stood still. */
  readonly stalledFor: () => number;
}

/** Answers questions in the probe thread, from what the main thread has told; asks it for deep alone. */
export class ThreadReporter implements ReportSource {
  readonly #parts: ThreadReporterParts;
  readonly #reporter: Reporter<CheckState>;

  constructor(parts: ThreadReporterParts) {
    this.#parts = parts;
    const { board } = parts;
    // Read anew each time: what a board says of the life is that of its last snapshot.
    this.#reporter = new Reporter(board, {
      get phase() {
        return board.lifecycle.phase;
      },
      get started() {
        return board.lifecycle.started;
      },
      get tasks() {
        return board.lifecycle.tasks;
      },
    });
  }

  /** The main thread has told something. */
  invalidate(): void {
    this.#reporter.invalidate();
  }

  has(probe: ProbeQuery["probe"], check: string): boolean {
    return this.#reporter.has(probe, check);
  }

  isUnchanged(question: ProbeQuery, version: number): boolean {
    if (question.probe === "deep" || this.#reasonAgainst(question) !== undefined) return false;
    this.#judgeAge();
    return this.#reporter.isUnchanged(question, version);
  }

  reportIfFresh(question: ProbeQuery): LazyReport | undefined {
    return question.probe === "deep" ? undefined : this.#answer(question);
  }

  async refresh(question: ProbeQuery): Promise<LazyReport> {
    if (question.probe === "deep") await this.#parts.desk.settle(question);
    return this.#answer(question);
  }

  #answer(question: ProbeQuery): LazyReport {
    this.#judgeAge();
    const answerable = this.#reporter.reportIfFresh(question);
    if (answerable === undefined) throw new Error("A board is always current.");
    const reason = this.#reasonAgainst(question);
    if (reason === undefined) return answerable;
    const { version, report } = answerable;
    // A version of its own, so that neither answer is taken for the other.
    return { version: ~version, report: () => ({ ...report(), status: "down", reason }) };
  }

  #judgeAge(): void {
    if (this.#parts.board.hasTurned()) this.#reporter.invalidate();
  }

  /** Why the process itself fails a probe; one check alone has nothing to do with it. */
  #reasonAgainst({ probe, check }: ProbeQuery): string | undefined {
    if (check !== undefined || (probe !== "readiness" && probe !== "liveness")) return undefined;
    const lasted = this.#parts.stalledFor();
    return lasted >= this.#parts.limits[probe] ? stallReason(lasted) : undefined;
  }
}
