import type { Status } from "../contract/check.ts";
import type { Probe } from "../contract/probe.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import type { LazyReport, ProbeQuery, ReportSource } from "../report/reporter.ts";
import { worst } from "../report/verdict.ts";
import {
  type ClusterRule,
  type Silence,
  verdictOfCluster,
  verdictOfSlot,
} from "./cluster-rules.ts";
import type { WorkerSlots } from "./worker-slots.ts";

/** How a cluster is judged. */
export interface ClusterSettings {
  readonly rule: ClusterRule;
  /** How many workers are expected. */
  readonly workers: number;
  readonly reportTimeout: Silence;
}

/** The name of a worker's line, by its place. */
export const nameOfSlot = (index: number) => `worker-${index + 1}`;

/** Answers for the primary and for all workers, from what they have reported. */
export class ClusterReporter implements ReportSource {
  readonly #primary: ReportSource;
  readonly #roster: WorkerSlots;
  readonly #settings: ClusterSettings;
  #changes = 0;
  /** Startup was done once; workers that come later do not undo it. */
  #started = false;

  constructor(primary: ReportSource, roster: WorkerSlots, settings: ClusterSettings) {
    this.#primary = primary;
    this.#roster = roster;
    this.#settings = settings;
  }

  /** Something that a verdict may rest on has changed. */
  invalidate(): void {
    this.#changes++;
    this.#started ||= this.#verdict("startup", []) !== "down";
  }

  has(probe: Probe, check: string): boolean {
    return this.#isWorker(check) || this.#primary.has(probe, check);
  }

  names(probe: Probe): string[] {
    return [
      ...this.#primary.names(probe),
      ...this.#roster.seats.map((_, index) => nameOfSlot(index)),
    ];
  }

  isUnchanged(question: ProbeQuery, version: number): boolean {
    return this.#primary.isUnchanged(question, version - this.#changes);
  }

  reportIfFresh(question: ProbeQuery): LazyReport | undefined {
    const primary = this.#primary.reportIfFresh(question);
    return primary && this.#withWorkers(question, primary);
  }

  async refresh(question: ProbeQuery, within?: number): Promise<LazyReport> {
    return this.#withWorkers(question, await this.#primary.refresh(question, within));
  }

  last(question: ProbeQuery): LazyReport {
    return this.#withWorkers(question, this.#primary.last(question));
  }

  #withWorkers(question: ProbeQuery, primary: LazyReport): LazyReport {
    return {
      version: primary.version + this.#changes,
      report: () => this.#report(question, primary.report()),
    };
  }

  #report({ probe, check, exclude = [] }: ProbeQuery, primary: Report): Report {
    if (check !== undefined && !this.#isWorker(check)) return primary;
    const verdict = this.#verdict(probe, exclude);
    const shown = this.#lines(probe)
      .filter(({ name }) => (check === undefined ? !exclude.includes(name) : name === check))
      .map((line) => ({ ...line, failing: verdict === "down" && line.status === "down" }));
    const [only] = shown;
    if (check !== undefined && only !== undefined) {
      return { ...primary, check, status: outcomeOf(only.status), checks: shown };
    }
    const starting = primary.phase === "serving" && this.#verdict("startup", exclude) === "down";
    return {
      ...primary,
      status: worst([primary.status, verdict]),
      phase: starting ? "starting" : primary.phase,
      checks: [...primary.checks, ...shown],
    };
  }

  #isWorker(name: string): boolean {
    return this.#roster.seats.some((_, index) => nameOfSlot(index) === name);
  }

  /** A worker that is left out is neither counted nor expected. */
  #verdict(probe: Probe, exclude: readonly string[]) {
    if (probe === "startup" && this.#started) return "up";
    const { rule, workers } = this.#settings;
    const lines = this.#lines(probe);
    const counted = lines.filter(({ name }) => !exclude.includes(name));
    const expected = Math.max(0, workers - (lines.length - counted.length));
    return verdictOfCluster(
      rule,
      expected,
      counted.map(({ status }) => outcomeOf(status)),
    );
  }

  #lines(probe: Probe): CheckReport[] {
    return this.#roster.seats.map((seat, index) => {
      const { status, reason } = verdictOfSlot(probe, seat, this.#settings.reportTimeout);
      const { member, silence } = seat;
      return {
        name: nameOfSlot(index),
        scope: "process",
        status,
        critical: this.#settings.rule === "all",
        shared: false,
        failing: false,
        reason,
        age: member && silence,
        ...(member?.pid !== undefined && { observations: { pid: { value: member.pid } } }),
      };
    });
  }
}

function outcomeOf(status: Status) {
  return status === "unknown" ? "down" : status;
}
