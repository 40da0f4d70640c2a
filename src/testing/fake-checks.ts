import type { CheckOptions, Observation, Scope } from "../contract/check.ts";
import type { Group } from "../contract/group.ts";
import {
  CHECK_OPTION_RULES,
  OBJECT,
  oneOf,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";

/** The states that a fake check can be set to; `hanging` runs do not end before the next setting. */
export const FAKE_STATUSES = ["up", "degraded", "down", "hanging"] as const;

/** A state that a fake check can be set to; a run of a `hanging` one does not end before the next setting. */
export type FakeStatus = (typeof FAKE_STATUSES)[number];

/** The outcome of the runs of a fake check. */
export interface FakeOutcome {
  readonly status: FakeStatus;
  /** The reason that the check is not up. */
  readonly reason?: string | undefined;
  /** The stable code of the reason, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  readonly observations?: Readonly<Record<string, Observation>> | undefined;
}

/** A fake check with its first outcome, and the options of the check that it stands for. */
export interface FakeCheck extends FakeOutcome, CheckOptions {
  /**
   * The scope of the check.
   *
   * @default "dependency"
   */
  scope?: Scope | undefined;
}

/** A fake check: a state, or a state with more. */
export type FakeInput = FakeStatus | FakeCheck;

/** A group of fake checks and of groups. */
export interface FakeGroup extends Group<FakeInput | FakeGroup> {}

/** Fake checks and groups by name. */
export type FakeChecks = Readonly<Record<string, FakeInput | FakeGroup>>;

const STATUS: Rule = oneOf(FAKE_STATUSES);
const TEXT: Rule = { expected: "a text", accepts: (value) => typeof value === "string" };

const OUTCOME_RULES: Rules<FakeOutcome> = {
  status: STATUS,
  reason: TEXT,
  code: TEXT,
  observations: OBJECT,
};

const CHECK_RULES: Rules<FakeCheck> = {
  ...OUTCOME_RULES,
  ...CHECK_OPTION_RULES,
  scope: oneOf(["process", "dependency"]),
};

/** A fake check, apart from its options. */
export interface ParsedFake {
  readonly outcome: FakeOutcome;
  readonly options: CheckOptions;
  readonly scope: Scope;
}

/**
 * Separates the outcome of a fake check from its options.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function parseFake(name: string, input: unknown): ParsedFake {
  const outcome = outcomeOf("fakeHealth()", name, input, CHECK_RULES);
  const { status, reason, code, observations, scope = "dependency", ...options } = outcome;
  return { outcome: { status, reason, code, observations }, options, scope };
}

/**
 * Reads what a fake check is set to.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function parseOutcome(name: string, input: unknown): FakeOutcome {
  return outcomeOf("set()", name, input, OUTCOME_RULES);
}

function outcomeOf<O extends FakeOutcome>(
  owner: string,
  name: string,
  input: unknown,
  rules: Rules<O>,
): O {
  if (!OBJECT.accepts(input) || typeof input === "function") {
    requireOption(owner, name, input, STATUS);
    return { status: input } as O;
  }
  const what = `the fake check "${name}"`;
  validateOptions(what, input, rules);
  const outcome = input as O;
  requireOption(what, "status", outcome.status, STATUS);
  return outcome;
}
