import type { Check, CheckOptions } from "../contract/check.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import { withDeadline } from "../contract/with-deadline.ts";
import { CheckRunner, type RunnerContext } from "./check-runner.ts";
import type { CheckState } from "./check-state.ts";
import { resolveSettings } from "./settings.ts";
import { nextInterval } from "./staleness.ts";

/** The options of the engine besides its checks. Times are milliseconds. */
export interface EngineOptions extends RunnerContext {
  readonly deadline: number;
  /** The options of checks that do not set their own. */
  readonly defaults: CheckOptions;
  /** The groups of each check, by its name. */
  readonly groups?: ReadonlyMap<string, readonly string[]>;
}

/** The engine of one service, which runs its checks and reports their states by the deadline. */
export class Engine {
  readonly #runners: readonly CheckRunner[];
  readonly #participants: ReadonlyMap<Probe, readonly CheckRunner[]>;
  readonly #options: EngineOptions;
  readonly #stops = new Map<CheckRunner, () => void>();
  /** The checks without an interval of their own, while {@link sampleAll} runs them. */
  #sampled: readonly CheckRunner[] = [];
  /** The callers of {@link sampleAll} that have not ended it. */
  #samplers = 0;

  constructor(checks: ReadonlyMap<string, Check>, options: EngineOptions) {
    this.#options = options;
    this.#runners = [...checks].map(([name, check]) => {
      const context = { ...options, groups: options.groups?.get(name) };
      return new CheckRunner(resolveSettings(name, check, context), check, options);
    });
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

  now(): number {
    return this.#options.clock.now();
  }

  /**
   * Runs every check without an interval of its own in the background, at this interval, or at that of the first
   * caller; returns a function that ends it, once every caller has called theirs.
   */
  sampleAll(interval: number): () => void {
    if (this.#samplers++ === 0) {
      this.#sampled = this.#runners.filter(({ settings }) => settings.interval === undefined);
      for (const runner of this.#sampled) {
        runner.sampledAt(interval);
        this.#sample(runner, interval, 0);
      }
    }
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--this.#samplers > 0) return;
      for (const runner of this.#sampled) {
        this.#stops.get(runner)?.();
        runner.sampledAt(undefined);
      }
    };
  }

  /** Whether all of these can be reported without waiting, to a caller that accepts results of this age. */
  areFresh(runners: readonly CheckRunner[], maxAge?: number): boolean {
    const now = this.now();
    return runners.every((runner) => runner.freshUntil(maxAge) > now);
  }

  /** Returns the current states of these. */
  states(runners: readonly CheckRunner[]): readonly CheckState[] {
    return runners.map((runner) => runner.state);
  }

  /**
   * Runs those of these that are not fresh; resolves when all have ended, or after so many milliseconds.
   * Concurrent callers share runs.
   */
  async refresh(
    runners: readonly CheckRunner[],
    within: number = this.#options.deadline,
    maxAge?: number,
  ): Promise<void> {
    const { clock } = this.#options;
    const now = clock.now();
    const pending = new Set(runners.filter((runner) => runner.freshUntil(maxAge) <= now));
    const runs = [...pending].map(async (runner) => {
      await runner.refresh();
      pending.delete(runner);
    });
    await withDeadline(clock, Math.max(within, 0), Promise.all(runs), () => {});
    for (const runner of pending) runner.deadlinePassed();
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
