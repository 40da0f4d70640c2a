import { defineCheck } from "../contract/check.ts";
import { group, isGroup } from "../contract/group.ts";
import type { Health, ReportOptions, WhenReadyOptions } from "../contract/health.ts";
import { badOption } from "../contract/misuse.ts";
import { RECORD, requireOption } from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";
import { composeHealth, type HealthOptions, reportOf } from "../health.ts";
import { internalsOf } from "../health-internals.ts";
import { whenReady } from "../lifecycle/when-ready.ts";
import {
  type FakeChecks,
  type FakeOutcome,
  type FakeStatus,
  parseFake,
  parseOutcome,
} from "./fake-checks.ts";
import { ManualClock } from "./internal/manual-clock.ts";
import { SettableCheck } from "./internal/settable-check.ts";
import { unknownCheck } from "./internal/unknown-check.ts";
import type { HangingClock } from "./internal/unless-clock-stands.ts";
import { whenSettled } from "./when-settled.ts";

/** The options of {@link fakeHealth}: those of `createHealth`, with defaults for tests. */
export interface FakeHealthOptions extends Omit<HealthOptions, "checks" | "logger"> {
  /**
   * The logger, as `createHealth` takes it.
   *
   * @default false
   */
  logger?: HealthOptions["logger"];
}

/** The clock of a fake health. It stands still until a test moves it. */
export interface FakeClock {
  /** Returns the milliseconds by which the clock was moved. */
  now(): number;
  /**
   * Moves the clock by so many milliseconds. What falls due meanwhile happens in its order: runs in the
   * background, timeouts, deadlines, staleness. Resolves when all of it has settled.
   *
   * @throws `HALE_BAD_OPTION`
   */
  advance(milliseconds: number): Promise<void>;
}

/** A health whose checks are set by hand. Every adapter takes it, as it takes that of `createHealth`. */
export interface FakeHealth extends Health {
  /**
   * Sets the outcome of a check, and runs it once. `payments.gateway` names a check in a group.
   *
   * @throws `HALE_UNKNOWN_CHECK`, `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
   */
  set(check: string, outcome: FakeStatus | FakeOutcome): void;
  /** The clock of its timeouts, intervals, ages and deadlines. */
  readonly clock: FakeClock;
  /** Resolves once what was begun has settled, without time passing; the checks that have not run yet are run. */
  whenSettled(): Promise<void>;
}

/** One check, with what sets it. */
type Settable = Map<string, SettableCheck>;

/**
 * Makes a health for tests. Its checks are set by hand, and its time is moved by hand, so that a test sees a
 * service ready, degraded or down without a dependency, and without waiting.
 *
 * A probe runs each check anew, unless a `maxAge` or an `interval` is given. Intervals have no jitter.
 *
 * @throws the errors of `createHealth`, and `HALE_BAD_OPTION` for a state that no check has
 * @example
 * ```ts
 * import { fakeHealth } from "hale/testing";
 *
 * const health = fakeHealth({ database: "up", cache: { status: "up", critical: false } });
 * await health.whenReady();
 * health.set("database", { status: "down", reason: "connect ECONNREFUSED", code: "ECONNREFUSED" });
 * const { status } = await health.report("readiness");
 * if (status !== "down") throw new Error("It is not ready.");
 * ```
 */
export function fakeHealth(checks: FakeChecks = {}, options: FakeHealthOptions = {}): FakeHealth {
  requireOption("fakeHealth()", "checks", checks, RECORD);
  requireOption("fakeHealth()", "options", options, RECORD);
  if ((options as { readonly checks?: unknown }).checks !== undefined) {
    const hint = "Pass the checks as the first argument.";
    throw badOption("fakeHealth()", "options.checks", "left out", "given", hint);
  }
  const clock = new ManualClock();
  const settable: Settable = new Map();
  let isMade = false;
  const health = composeHealth(
    {
      logger: false,
      ...options,
      defaults: withoutReuse(options.defaults),
      checks: settableChecks(checks, "", settable),
    },
    // Intervals without jitter, and `restartAfter` without its addition.
    { clock, random: () => (isMade ? 0.5 : 0) },
  );
  isMade = true;
  clock.endMaking();
  const internals = internalsOf("fakeHealth()", health);
  const { engine, reporter } = internals;

  async function runOnce(name: string, check: SettableCheck): Promise<void> {
    const runner = engine.runners.find(({ settings }) => settings.name === name);
    await runner?.refresh();
    if (!check.isOutdated) return;
    // The run that was under way had begun before, or others hung, which the setting has released.
    await new Promise<void>((resolve) => void clock.nextTurn(resolve));
    await runner?.refresh();
  }

  const fake: FakeHealth = Object.assign(health, {
    clock,
    set(name: string, outcome: FakeStatus | FakeOutcome) {
      const check = settable.get(name);
      if (check === undefined) throw unknownCheck("set()", name, [...settable.keys()]);
      check.set(parseOutcome(name, outcome));
      void runOnce(name, check);
    },
    whenSettled: () => whenSettled(health),
    // These hold no process open, which would never end where no test moves the clock.
    report: (probe: Probe, asked?: ReportOptions) => reportOf(reporter, probe, asked),
    handle: internals.handler(),
    whenReady(waitOptions?: WhenReadyOptions) {
      const ready = whenReady(internals, waitOptions);
      // A rejection that no caller awaits must not end the process.
      ready.catch(() => {});
      return ready;
    },
  });
  CLOCKS.set(fake, {
    now: () => clock.now(),
    hangingChecks: () => [...settable.keys()].filter((name) => settable.get(name)?.hangs),
  });
  return fake;
}

/** The clock of each fake health. */
const CLOCKS = new WeakMap<Health, HangingClock>();

/** Returns the clock of a fake health; `undefined` for another health. */
export function hangingClockOf(health: Health): HangingClock | undefined {
  return CLOCKS.get(health);
}

/** Adds that results are not reused, where neither their age nor an interval is given. */
function withoutReuse(defaults: HealthOptions["defaults"]): HealthOptions["defaults"] {
  if (defaults !== undefined && !RECORD.accepts(defaults)) return defaults;
  const { maxAge, interval } = defaults ?? {};
  return maxAge === undefined && interval === undefined ? { ...defaults, maxAge: 0 } : defaults;
}

/** Makes a check, or a group, of each entry; `prefix` is that of the names in a group. */
function settableChecks(checks: object, prefix: string, settable: Settable): Record<string, never> {
  const made = Object.entries(checks).map(([key, input]) => {
    if (!isGroup(input)) return [key, settableCheck(`${prefix}${key}`, input, settable)];
    const { members } = input;
    // A list names checks that are registered beside it.
    if (Array.isArray(members)) return [key, input];
    return [key, group<never>(settableChecks(members, `${prefix}${key}.`, settable))];
  });
  return Object.fromEntries(made);
}

function settableCheck(name: string, input: unknown, settable: Settable) {
  const { outcome, options, scope } = parseFake(name, input);
  const check = new SettableCheck(outcome);
  settable.set(name, check);
  return defineCheck({ ...options, scope, run: check.run });
}
