import type { FormatQuery } from "../contract/format.ts";
import type { Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import type { CheckState } from "../engine/check-state.ts";
import type { CheckSettings } from "../engine/settings.ts";
import {
  buildCheckReport,
  buildReport,
  type LifecycleSnapshot,
  type ReportInput,
} from "./build-report.ts";

/** A query for a probe, or for a part of it. */
export interface ProbeQuery {
  readonly probe: Probe;
  /** The name of one check, or of one group. */
  readonly check?: string | undefined;
  /** The names of checks and groups that are neither run nor reported. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether checks that call other healths are left out, because the caller is another health. */
  readonly hop?: boolean | undefined;
  /** Milliseconds for which the caller accepts a result, where a check's own limit is lower; `Infinity`: no run. */
  readonly maxAge?: number | undefined;
}

/** A report that is built on first use. */
export interface LazyReport {
  /** A number that changes whenever the report may have changed, except for its details. */
  readonly version: number;
  report(): Report;
}

/** The source of reports: the reporter of a health, of a cluster or of the probe thread. */
export interface ReportSource {
  /** Whether a check or a group of this name takes part in a probe. */
  has(probe: Probe, name: string): boolean;
  /** Returns the names of the checks and groups that take part in a probe. */
  names(probe: Probe): Iterable<string>;
  /**
   * Whether a report, except for its details, is still the one of this version: it needs no run, and nothing
   * has changed since.
   */
  isUnchanged(query: ProbeQuery, version: number): boolean;
  /** Returns the report, where it needs no run. */
  reportIfFresh(query: ProbeQuery): LazyReport | undefined;
  /** Resolves to the report once the runs that it needs have ended, or after so many milliseconds: the deadline. */
  refresh(query: ProbeQuery, within?: number): Promise<LazyReport>;
  /** Returns the report of the last results, however old; it needs no run. */
  last(query: ProbeQuery): LazyReport;
  /** Reads the past of the checks, where it is kept. */
  readonly history?: FormatQuery["history"];
}

/** A check that may take part in a probe. */
export interface Participant {
  readonly settings: CheckSettings;
}

/** The source of a reporter's states: the engine, or the snapshot of another thread. */
export interface CheckSource<P extends Participant = Participant> {
  now(): number;
  participants(probe: Probe): readonly P[];
  areFresh(checks: readonly P[], maxAge?: number): boolean;
  states(checks: readonly P[]): readonly CheckState[];
  refresh(checks: readonly P[], within?: number, maxAge?: number): Promise<void>;
}

/** The reporter of one service, which builds reports from the states of its checks and from its lifecycle. */
export class Reporter<P extends Participant = Participant> implements ReportSource {
  readonly #checks: CheckSource<P>;
  readonly #lifecycle: LifecycleSnapshot;
  readonly history: FormatQuery["history"];
  /** The refreshes in flight, by query: all callers with the same query share one. */
  readonly #pending = new Map<string, Promise<LazyReport>>();
  /** The names of the checks and groups of each probe, for the probes that were queried. */
  readonly #names = new Map<Probe, ReadonlySet<string>>();
  #changes = 0;
  /** Whether startup was reported as up, after which it stays up. */
  #latched = false;

  constructor(
    checks: CheckSource<P>,
    lifecycle: LifecycleSnapshot,
    history?: FormatQuery["history"],
  ) {
    this.history = history;
    this.#checks = checks;
    this.#lifecycle = lifecycle;
  }

  /** Counts a change that may affect a verdict. */
  invalidate(): void {
    this.#changes++;
  }

  has(probe: Probe, name: string): boolean {
    return this.names(probe).has(name);
  }

  names(probe: Probe): ReadonlySet<string> {
    let names = this.#names.get(probe);
    if (names === undefined) {
      const participants = this.#checks.participants(probe);
      names = new Set(participants.flatMap(({ settings }) => [settings.name, ...settings.groups]));
      this.#names.set(probe, names);
    }
    return names;
  }

  isUnchanged(query: ProbeQuery, version: number): boolean {
    return (
      version === this.#version && this.#checks.areFresh(this.#participantsOf(query), query.maxAge)
    );
  }

  reportIfFresh(query: ProbeQuery): LazyReport | undefined {
    // A caller joins a refresh in flight, at a cost that does not grow with the number of checks.
    if (this.#pending.has(queryKeyOf(query))) return undefined;
    const participants = this.#participantsOf(query);
    const isFresh = this.#checks.areFresh(participants, query.maxAge);
    return isFresh ? this.#lazyReport(query, participants) : undefined;
  }

  refresh(query: ProbeQuery, within?: number): Promise<LazyReport> {
    // A refresh with a time of its own shares the runs alone.
    const key = within === undefined ? queryKeyOf(query) : "";
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const participants = this.#participantsOf(query);
    const refreshed = this.#checks.refresh(participants, within, query.maxAge).then(() => {
      this.#pending.delete(key);
      return this.#lazyReport(query, participants);
    });
    // On workerd, no request may wait for the promise of another.
    if (!ON_WORKERD && key !== "") this.#pending.set(key, refreshed);
    return refreshed;
  }

  last(query: ProbeQuery): LazyReport {
    return this.#lazyReport(query, this.#participantsOf(query));
  }

  /** The version of a report; it counts the end of startup, which while draining is no change of phase. */
  get #version(): number {
    return this.#changes + Number(this.#lifecycle.started);
  }

  #participantsOf({ probe, check, exclude = [], hop = false }: ProbeQuery): readonly P[] {
    if (probe === "startup" && check === undefined && this.#latched) return [];
    const participants = this.#checks.participants(probe);
    if (check === undefined && exclude.length === 0 && !hop) return participants;
    const excluded = new Set<string | undefined>(exclude);
    // A name that is queried itself is not excluded.
    excluded.delete(check);
    return participants.filter(
      (participant) =>
        (check === undefined || isNamed(participant, check)) &&
        !(hop && participant.settings.hop) &&
        (participant.settings.name === check || !isAmong(participant, excluded)),
    );
  }

  /** Reads the states now, so that they belong to the version. */
  #lazyReport(query: ProbeQuery, participants: readonly P[]): LazyReport {
    const { phase, started, tasks } = this.#lifecycle;
    const input: ReportInput = {
      states: this.#checks.states(participants),
      lifecycle: { phase, started, tasks },
      now: this.#checks.now(),
    };
    let report: Report | undefined;
    return {
      version: this.#version,
      report: () => {
        report ??= this.#build(query, input);
        return report;
      },
    };
  }

  #build({ probe, check, exclude = [], hop = false }: ProbeQuery, input: ReportInput): Report {
    const [only] = input.states;
    if (only !== undefined && only.settings.name === check) {
      return buildCheckReport(probe, only, input);
    }
    if (probe !== "startup" || check !== undefined || exclude.length > 0 || hop) {
      return buildReport(probe, input, check);
    }
    // Another caller may have received startup as up while this one waited.
    const report = buildReport(probe, this.#latched ? { ...input, states: [] } : input);
    if (report.status !== "down") this.#latched = true;
    return report;
  }
}

/** Whether a check has this name, or belongs to the group of this name. */
function isNamed({ settings }: Participant, name: string): boolean {
  return settings.name === name || settings.groups.includes(name);
}

function isAmong({ settings }: Participant, names: ReadonlySet<string | undefined>): boolean {
  return names.has(settings.name) || settings.groups.some((name) => names.has(name));
}

/** Makes the key of a query; the order of names makes no difference. */
export function queryKeyOf({ probe, check, exclude, hop = false, maxAge = 0 }: ProbeQuery): string {
  // A text, because JSON has no Infinity.
  return JSON.stringify([probe, check, [...new Set(exclude)].sort(), hop, `${maxAge}`]);
}
