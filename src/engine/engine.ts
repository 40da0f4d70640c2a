import type { Check, CheckOptions } from "../contract/check.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import { CheckRunner, type CheckView, type RunnerContext } from "./check-runner.ts";
import { resolveSettings } from "./settings.ts";
import { nextInterval } from "./staleness.ts";

/** What the engine is given besides its checks. Times are milliseconds. */
export interface EngineOptions extends RunnerContext {
  readonly deadline: number;
  /** What holds for a check that does not say otherwise. */
  readonly defaults: CheckOptions;
  /** The groups of each check, by its name. */
  readonly groups?: ReadonlyMap<string, readonly string[]>;
}

/** Runs the checks of one service, and answers for all of them by the deadline. */
export class Engine {
  readonly #runners: readonly CheckRunner[];
  readonly #participants: ReadonlyMap<Probe, readonly CheckRunner[]>;
  readonly #options: EngineOptions;
  readonly #stops = new Map<CheckRunner, () => void>();

  constructor(checks: ReadonlyMap<string, Check>, options: EngineOptions) {
    this.#options = options;
    this.#runners = [...checks].map(
      ([name, check]) =>
        new CheckRunner(
          resolveSettings(
            name,
            check,
            options.defaults,
            options.deadline,
            options.groups?.get(name),
          ),
          check.run,
          options,
        ),
    );
    this.#participants = new Map(
      PROBES.map((probe) => [
        probe,
        this.#runners.filter(({ settings }) => settings.probes.includes(probe)),
      ]),
    );
    for (const runner of this.#runners) {
      if (runner.settings.interval !== undefined) this.#sample(runner, runner.settings.interval, 0);
    }
  }

  /** The checks that take part in a probe, in the order of registration. */
  participants(probe: Probe): readonly CheckRunner[] {
    return this.#participants.get(probe) ?? [];
  }

  /** Every check, in the order of registration. */
  get runners(): readonly CheckRunner[] {
    return this.#runners;
  }

  /** Runs every check that has no interval in the background, at this one. */
  sampleAll(interval: number): void {
    for (const runner of this.#runners) {
      if (runner.settings.interval !== undefined) continue;
      runner.settings = { ...runner.settings, interval };
      this.#sample(runner, interval, 0);
    }
  }

  /** Whether all of these can be answered for without waiting. */
  areCurrent(runners: readonly CheckRunner[]): boolean {
    if (runners.length === 0) return true;
    const now = this.#options.clock.now();
    return runners.every((runner) => runner.isCurrent(now));
  }

  /** What is believed of these now. */
  views(runners: readonly CheckRunner[], pending?: ReadonlySet<CheckRunner>): CheckView[] {
    const now = this.#options.clock.now();
    return runners.map((runner) => runner.view(now, pending?.has(runner) ?? false));
  }

  /**
   * What is believed of these once each that is not current has run, or at the deadline. Runs are
   * shared with every other caller. `read` gets them in the turn in which they are true.
   */
  async settle<T>(
    runners: readonly CheckRunner[],
    read: (views: readonly CheckView[]) => T,
  ): Promise<T> {
    const { clock, deadline } = this.#options;
    const now = clock.now();
    const pending = new Set(runners.filter((runner) => !runner.isCurrent(now)));
    const runs = [...pending].map(async (runner) => {
      await runner.refresh();
      pending.delete(runner);
    });
    let cancel = () => {};
    const expiry = new Promise<void>((expire) => {
      // After the deadline the loop turns once more: what arrived while it was busy still counts.
      cancel = clock.after(deadline, () => {
        cancel = clock.nextTurn(expire);
      });
    });
    await Promise.race([Promise.all(runs), expiry]);
    cancel();
    return read(this.views(runners, pending));
  }

  /** Stops every run and timer. */
  close(): void {
    for (const stop of this.#stops.values()) stop();
    for (const runner of this.#runners) runner.close();
  }

  #sample(runner: CheckRunner, interval: number, wait: number): void {
    const { clock, random } = this.#options;
    const stop = clock.after(wait, () => {
      this.#sample(runner, interval, nextInterval(interval, random()));
      void runner.refresh();
    });
    this.#stops.set(runner, stop);
  }
}
