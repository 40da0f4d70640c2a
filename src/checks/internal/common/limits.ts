import type { Outcome } from "../../../contract/check.ts";
import { MAX_TIMER, milliseconds, RECORD, type Rule } from "../../../contract/options.ts";
import { type Finding, outcomeOf, shownThresholds } from "./findings.ts";

/** From which value on something is degraded, and from which it is down. */
export interface Limits {
  /** From here on it is degraded. */
  readonly degraded?: number | undefined;
  /** From here on it is down. */
  readonly down?: number | undefined;
}

/** A value that was seen, and what is held against it. */
export interface Measured {
  /** The words for it in a reason, with the value, such as `7 jobs wait`. */
  readonly told: string;
  readonly value: number;
  readonly limits: Limits | undefined;
  /** Writes a limit in a reason; a number by default. */
  readonly tell?: (limit: number) => string;
  /** Whether it is too few that counts, and not too many. */
  readonly atLeast?: boolean;
}

/** The range of the limits of one option. */
export interface LimitsRange {
  /** The kind of number, such as `a share`. */
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly atLeast?: boolean;
}

/** The rule of an option that takes {@link Limits}; none is as good as only to look. */
export function limitsRule({ what, least, most, atLeast = false }: LimitsRange): Rule {
  const order = `degraded ${atLeast ? "over" : "below"} down`;
  const fits = (limit: unknown) =>
    limit === undefined || (typeof limit === "number" && limit >= least && limit <= most);
  return {
    get expected() {
      return `an object with degraded, down, or both: ${what} from ${least} to ${most}, with ${order}`;
    },
    secret: true,
    hint: shownThresholds,
    accepts(value) {
      if (!RECORD.accepts(value)) return false;
      const { degraded, down, ...rest } = value as Limits;
      if (Object.keys(rest).length > 0 || !fits(degraded) || !fits(down)) return false;
      if (degraded === undefined || down === undefined) return true;
      return atLeast ? degraded > down : degraded < down;
    },
  };
}

/** The rule of an option that takes {@link Limits} of milliseconds; one below `least` was likely meant as seconds. */
export function timeLimitsRule(least: number): Rule {
  const time = milliseconds(least);
  const limits = limitsRule({ what: "milliseconds", least, most: MAX_TIMER });
  const likely = (given: unknown) =>
    (RECORD.accepts(given) ? Object.values(given as object) : [given])
      .map((limit) => time.hint?.(limit))
      .find((hint) => hint !== undefined);
  return {
    ...limits,
    hint: (given) => [shownThresholds(given), likely(given)].filter(Boolean).join(" "),
  };
}

/** The worst of what was measured, with the reasons of all that is not up. */
export function rateMeasured(measured: readonly Measured[]): Outcome {
  return outcomeOf(measured.map(findingOf));
}

function findingOf(one: Measured): Finding | undefined {
  const status = (["down", "degraded"] as const).find((name) => isReached(one, name));
  return status && { status, reason: reasonOf(one, status) };
}

function isReached({ value, limits, atLeast }: Measured, name: keyof Limits): boolean {
  const limit = limits?.[name];
  if (limit === undefined) return false;
  return atLeast === true ? value < limit : value >= limit;
}

function reasonOf({ told, limits, tell = String, atLeast }: Measured, name: keyof Limits): string {
  const limit = tell(limits?.[name] ?? 0);
  return atLeast === true
    ? `${told}; with fewer than ${limit} it is ${name}.`
    : `${told}; from ${limit} on it is ${name}.`;
}
