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

/** The rules by which a cluster passes a probe. */
export interface ClusterSettings {
  readonly rule: ClusterRule;
  /** The number of expected workers. */
  readonly workers: number;
  readonly reportTimeout: Silence;
}

/** The name of a worker's line, by its place. */
export const nameOfSlot = (index: number) => `worker-${index + 1}`;

/** Answers for the primary and for all workers, from what they have reported. */
export class ClusterReporter implements ReportSource {
  readonly #primary: ReportSource;
  readonly #slots: WorkerSlots;
  readonly #settings: ClusterSettings;
  #changes = 0;
  /** Startup was done once; workers that come later do not undo it. */
  #started = false;

  constructor(primary: ReportSource, slots: WorkerSlots, settings: ClusterSettings) {
    this.#primary = primary;
    this.#slots = slots;
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
    return [...this.#primary.names(probe), ...this.#slots.all.map((_, index) => nameOfSlot(index))];
  }

  isUnchanged(query: ProbeQuery, version: number): boolean {
    return this.#primary.isUnchanged(query, version - this.#changes);
  }

  reportIfFresh(query: ProbeQuery): LazyReport | undefined {
    const primary = this.#primary.reportIfFresh(query);
    return primary && this.#withWorkers(query, primary);
  }

  async refresh(query: ProbeQuery, within?: number): Promise<LazyReport> {
    return this.#withWorkers(query, await this.#primary.refresh(query, within));
  }

  last(query: ProbeQuery): LazyReport {
    return this.#withWorkers(query, this.#primary.last(query));
  }

  #withWorkers(query: ProbeQuery, primary: LazyReport): LazyReport {
    return {
      version: primary.version + this.#changes,
      report: () => this.#report(query, primary.report()),
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
    return this.#slots.all.some((_, index) => nameOfSlot(index) === name);
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
    return this.#slots.all.map((slot, index) => {
      const { status, reason } = verdictOfSlot(probe, slot, this.#settings.reportTimeout);
      const { member, silence } = slot;
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
