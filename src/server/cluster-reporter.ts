import type { Status } from "../contract/check.ts";
import type { Probe } from "../contract/probe.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import type { Roster } from "../lifecycle/cluster-roster.ts";
import {
  type ClusterRule,
  type Silence,
  verdictOfCluster,
  verdictOfPlace,
} from "../lifecycle/cluster-rules.ts";
import type { Answering } from "../lifecycle/parts.ts";
import { worst } from "../report/aggregate.ts";
import type { Answerable, Question } from "../report/reporter.ts";

/** How a cluster is judged. */
export interface ClusterSettings {
  readonly rule: ClusterRule;
  /** How many workers are expected. */
  readonly workers: number;
  readonly silent: Silence;
}

/** The name of a worker's line, by its place. */
export const nameOfPlace = (index: number) => `worker-${index + 1}`;

/** Answers for the primary and for all workers, from what they have reported. */
export class ClusterReporter implements Answering {
  readonly #primary: Answering;
  readonly #roster: Roster;
  readonly #settings: ClusterSettings;
  #changes = 0;
  /** Startup was done once; workers that come later do not undo it. */
  #started = false;

  constructor(primary: Answering, roster: Roster, settings: ClusterSettings) {
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

  holds(question: Question, version: number): boolean {
    return this.#primary.holds(question, version - this.#changes);
  }

  current(question: Question): Answerable | undefined {
    const primary = this.#primary.current(question);
    return primary && this.#withWorkers(question, primary);
  }

  async settle(question: Question): Promise<Answerable> {
    return this.#withWorkers(question, await this.#primary.settle(question));
  }

  #withWorkers(question: Question, primary: Answerable): Answerable {
    return {
      version: primary.version + this.#changes,
      report: () => this.#report(question, primary.report()),
    };
  }

  #report({ probe, check, exclude }: Question, primary: Report): Report {
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
    return this.#roster.seats.some((_, index) => nameOfPlace(index) === name);
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
      const { status, reason } = verdictOfPlace(probe, seat, this.#settings.silent);
      const { member, silence } = seat;
      return {
        name: nameOfPlace(index),
        scope: "process",
        status,
        critical: this.#settings.rule === "worst",
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
