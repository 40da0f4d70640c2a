import type { CheckCounts } from "../../contract/figures.ts";
import type { Probe } from "../../contract/probe.ts";
import type { CheckState } from "../../engine/check-state.ts";
import { stateAt } from "../../engine/staleness.ts";
import type { LifecycleSnapshot } from "../../report/build-report.ts";
import type { CheckSource } from "../../report/reporter.ts";
import type { AwakeClock } from "./awake-clock.ts";
import type { Snapshot } from "./messages.ts";
import { shifted } from "./snapshot.ts";

/** The last snapshot of the main thread, aged by the thread itself. */
export class SnapshotStore implements CheckSource<CheckState> {
  readonly #clock: Pick<AwakeClock, "now" | "at">;
  #snapshot: Snapshot;
  /** The next moment at which a state changes although no snapshot arrives. */
  #turnsAt: number;

  constructor(snapshot: Snapshot, clock: Pick<AwakeClock, "now" | "at">) {
    this.#clock = clock;
    this.#snapshot = byClock(snapshot, clock);
    this.#turnsAt = this.#nextTurn();
  }

  now(): number {
    return this.#clock.now();
  }

  /** The lifecycle of the process. */
  get lifecycle(): LifecycleSnapshot {
    return this.#snapshot.lifecycle;
  }

  /** The counts of each check, by its name. */
  get counts(): ReadonlyMap<string, CheckCounts> {
    return this.#snapshot.counts;
  }

  post(snapshot: Snapshot): void {
    this.#snapshot = byClock(snapshot, this.#clock);
    this.#turnsAt = this.#nextTurn();
  }

  /** Whether time alone has changed a state since the last call. */
  hasTurned(): boolean {
    if (this.now() <= this.#turnsAt) return false;
    this.#turnsAt = this.#nextTurn();
    return true;
  }

  participants(probe: Probe): readonly CheckState[] {
    return this.#snapshot.checks.filter(({ settings }) => settings.probes.includes(probe));
  }

  /** Nothing is waited for here. */
  areFresh(): boolean {
    return true;
  }

  states(checks: readonly CheckState[]): readonly CheckState[] {
    const now = this.now();
    return checks.map((check) => stateAt(check, now));
  }

  async refresh(): Promise<void> {}

  #nextTurn(): number {
    const now = this.now();
    const turns = this.#snapshot.checks.flatMap(({ staleAt = Infinity, restartAt = Infinity }) => [
      staleAt,
      restartAt,
    ]);
    return Math.min(...turns.filter((moment) => moment >= now));
  }
}

/** The moments of a snapshot by a clock that stands still while the thread does. */
function byClock({ checks, ...rest }: Snapshot, clock: Pick<AwakeClock, "now" | "at">): Snapshot {
  // A look, so that what the thread has slept before is known.
  clock.now();
  return {
    ...rest,
    checks: checks.map((check) => {
      const { startedAt } = check;
      // All by as much as its start: what is to come after it comes so much time awake after it.
      return startedAt === undefined ? check : shifted(check, clock.at(startedAt) - startedAt);
    }),
  };
}
