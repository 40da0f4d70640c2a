import type { Probe } from "../../contract/probe.ts";
import type { CheckView } from "../../engine/check-runner.ts";
import { staleAfter } from "../../engine/staleness.ts";
import type { LifecycleSnapshot } from "../../report/build-report.ts";
import type { CheckSource } from "../../report/reporter.ts";
import type { CheckFacts, Snapshot } from "./messages.ts";

/** What the main thread has told last, and how old that is by now. */
export class SnapshotStore implements CheckSource {
  readonly #now: () => number;
  #snapshot: Snapshot;
  /** When a view will be another one although nothing is told. */
  #turnsAt: number;

  constructor(snapshot: Snapshot, now: () => number) {
    this.#now = now;
    this.#snapshot = snapshot;
    this.#turnsAt = this.#nextTurn();
  }

  /** Where the process is in its life. */
  get life(): LifecycleSnapshot {
    return this.#snapshot.life;
  }

  post(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#turnsAt = this.#nextTurn();
  }

  /** Whether time alone has changed a view since this was asked last. */
  hasTurned(): boolean {
    if (this.#now() <= this.#turnsAt) return false;
    this.#turnsAt = this.#nextTurn();
    return true;
  }

  participants(probe: Probe): readonly CheckFacts[] {
    return this.#snapshot.checks.filter(({ settings }) => settings.probes.includes(probe));
  }

  /** Nothing is waited for here. */
  areCurrent(): boolean {
    return true;
  }

  views(checks: readonly CheckFacts[]): CheckView[] {
    const now = this.#now();
    return checks.map((check) => viewOf(check, now));
  }

  async settle<T>(
    checks: readonly CheckFacts[],
    read: (views: readonly CheckView[]) => T,
  ): Promise<T> {
    return read(this.views(checks));
  }

  #nextTurn(): number {
    const now = this.#now();
    const turns = this.#snapshot.checks.flatMap((check) => [staleAt(check), check.restartAt ?? 0]);
    return Math.min(...turns.filter((moment) => moment >= now));
  }
}

/** When its result says nothing any more. */
function staleAt({ startedAt, settings }: CheckFacts): number {
  return startedAt === undefined ? Infinity : startedAt + staleAfter(settings);
}

function viewOf(check: CheckFacts, now: number): CheckView {
  const { settings, status, reason, observations, startedAt, duration, wasUp, restartAt } = check;
  const stale = now > staleAt(check);
  const restartIn = restartAt === undefined ? undefined : restartAt - now;
  return {
    settings,
    status: stale ? "unknown" : status,
    reason: stale ? `The last result is older than ${staleAfter(settings)} ms.` : reason,
    observations,
    age: startedAt === undefined ? undefined : now - startedAt,
    duration,
    wasUp,
    restartDue: restartIn !== undefined && restartIn <= 0,
    restartIn,
  };
}
