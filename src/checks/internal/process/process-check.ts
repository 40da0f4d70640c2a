import type { CheckOptions, OutcomeStatus } from "../../../contract/check.ts";
import { CHECK_OPTION_RULES, type Rule, requireOption } from "../../../contract/options.ts";
import type { Probe } from "../../../contract/probe.ts";
import { validateArgument } from "../../../contract/validate-argument.ts";

/** The options of a check of this process, which no replica shares. */
export type ProcessCheckOptions = Omit<CheckOptions, "shared">;

/** From where on a figure is degraded, and from where on it is down. */
export interface LevelThresholds {
  readonly degradedAt: number;
  readonly downAt: number | undefined;
}

const { shared: _, ...PROCESS_CHECK_RULES } = CHECK_OPTION_RULES;

/** A share of a whole. */
export const SHARE: Rule = {
  expected: "a share of more than 0 and at most 1",
  accepts: (value) => typeof value === "number" && value > 0 && value <= 1,
};

/**
 * Refuses options that a check of the process does not have. `text` names those that a bare text stands for.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateProcessCheck(
  owner: string,
  options: object,
  rules: Readonly<Record<string, Rule>>,
  text?: readonly string[],
): void {
  validateArgument(owner, options, { ...rules, ...PROCESS_CHECK_RULES }, text);
}

/**
 * Refuses a figure that is down before it is degraded.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function validateOrder(
  owner: string,
  { degradedAt, downAt }: LevelThresholds,
  of = "",
): void {
  if (downAt === undefined) return;
  requireOption(owner, `downAt${of}`, downAt, {
    expected: `more than "degradedAt${of}", which is ${degradedAt}`,
    accepts: () => downAt > degradedAt,
  });
}

/** The sentence about a figure, and the threshold that it has reached. */
export function statusOfLevel(
  figure: number,
  { degradedAt, downAt = Number.POSITIVE_INFINITY }: LevelThresholds,
): { readonly status: OutcomeStatus; readonly limit: number } {
  if (figure >= downAt) return { status: "down", limit: downAt };
  return { status: figure >= degradedAt ? "degraded" : "up", limit: degradedAt };
}

/**
 * The probes of a check whose failure no restart mends: readiness and deep, unless other ones are
 * asked for, or liveness is by `restartAfter`.
 */
export function outsideLiveness({
  probes,
  restartAfter,
}: ProcessCheckOptions): readonly Probe[] | undefined {
  return probes ?? (restartAfter === undefined ? ["readiness", "deep"] : undefined);
}

/** A share in per cent, such as `91 %` or `0.3 %`; rounded down, so that it is never told as more than it is. */
export function percent(share: number): string {
  const perCent = share * 100 + 1e-9;
  return `${perCent < 1 ? Math.floor(perCent * 10) / 10 : Math.floor(perCent)} %`;
}

/** A share as an observation keeps it, in per cent with one decimal. */
export function rounded(share: number): number {
  return Math.round(share * 1000) / 10;
}
