import type { Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import type { CheckView } from "../engine/check-runner.ts";
import type { CheckSettings } from "../engine/settings.ts";
import {
  buildCheckReport,
  buildReport,
  type CheckVerdictInput,
  type LifecycleSnapshot,
} from "./build-report.ts";

/** A check that may take part in a probe. */
export interface Participant {
  readonly settings: CheckSettings;
}

/** Where a report has from what is believed of the checks: the engine, or what it has told. */
export interface CheckSource {
  participants(probe: Probe): readonly Participant[];
  areCurrent(checks: readonly Participant[]): boolean;
  views(checks: readonly Participant[]): CheckView[];
  settle<T>(checks: readonly Participant[], read: (views: readonly CheckView[]) => T): Promise<T>;
}

/** What is asked for. */
export interface ProbeQuery {
  readonly probe: Probe;
  readonly check: string | undefined;
  readonly exclude: readonly string[];
}

/** A report that can be had, without building it yet. */
export interface LazyReport {
  /** A number that is another one whenever the report may be, but for its details. */
  readonly version: number;
  report(): Report;
}

/** Answers questions from what the engine believes and from the life of the process. */
export class Reporter {
  readonly #engine: CheckSource;
  readonly #life: LifecycleSnapshot;
  #changes = 0;
  /** Startup was answered with yes; from then on nothing but that is answered. */
  #latched = false;

  constructor(engine: CheckSource, life: LifecycleSnapshot) {
    this.#engine = engine;
    this.#life = life;
  }

  /** Something has changed that a verdict may rest on. */
  invalidate(): void {
    this.#changes++;
  }

  /** Startup may be done while draining, which is no change of phase. */
  get #version(): number {
    return this.#changes + Number(this.#life.started);
  }

  /** Whether a check, or one of a group, takes part in a probe. */
  has(probe: Probe, name: string): boolean {
    return this.#engine.participants(probe).some((check) => isCalled(check, name));
  }

  /**
   * Whether a report, but for its details, still holds: no run has to be waited for, and nothing has
   * changed since the report of this version.
   */
  isUnchanged(question: ProbeQuery, version: number): boolean {
    return this.#engine.areCurrent(this.#runnersFor(question)) && version === this.#version;
  }

  /** The report, where no run has to be waited for. */
  reportIfFresh(question: ProbeQuery): LazyReport | undefined {
    const runners = this.#runnersFor(question);
    if (!this.#engine.areCurrent(runners)) return undefined;
    return {
      version: this.#version,
      report: () => this.#build(question, this.#engine.views(runners)),
    };
  }

  /** The report once the runs that it needs have ended, or at the deadline. */
  refresh(question: ProbeQuery): Promise<LazyReport> {
    return this.#engine.settle(this.#runnersFor(question), (views) => ({
      version: this.#version,
      report: () => this.#build(question, views),
    }));
  }

  #runnersFor({ probe, check, exclude }: ProbeQuery): readonly Participant[] {
    if (probe === "startup" && check === undefined && this.#latched) return [];
    const runners = this.#engine.participants(probe);
    if (check === undefined && exclude.length === 0) return runners;
    return runners.filter(
      (runner) =>
        (check === undefined || isCalled(runner, check)) &&
        !exclude.some((name) => isCalled(runner, name)),
    );
  }

  #build({ probe, check, exclude }: ProbeQuery, views: readonly CheckView[]): Report {
    const { phase, started, tasks } = this.#life;
    const life = { phase, started, tasks };
    const whole = check === undefined && exclude.length === 0;
    // Another probe may have been answered with yes while this one waited.
    const latched = probe === "startup" && whole && this.#latched;
    const findings = latched ? [] : views.map(toFinding);
    const [only] = findings;
    if (only !== undefined && only.name === check) return buildCheckReport(probe, only, life);
    const report = buildReport(probe, findings, life, check);
    if (probe === "startup" && whole && report.status !== "down") this.#latched = true;
    return report;
  }
}

/** Whether a check has this name, or is in the group of this name. */
function isCalled({ settings }: Participant, name: string): boolean {
  return settings.name === name || settings.groups.includes(name);
}

function toFinding({ settings, ...view }: CheckView): CheckVerdictInput {
  return { ...settings, ...view, restartAfter: settings.restartAfter !== undefined };
}
