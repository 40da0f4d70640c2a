import type { Outcome } from "../../../contract/check.ts";
import { quoted } from "../../../contract/misuse.ts";
import { describe, RECORD, type Rule } from "../../../contract/options.ts";

/** From which value on a figure makes a check degraded, and from which down; one of them or both. */
export interface Thresholds {
  readonly degraded?: number | undefined;
  readonly down?: number | undefined;
}

/** The rule of an option that is {@link Thresholds}. */
export const THRESHOLDS: Rule = {
  expected:
    "{ degraded, down }: one number above 0, or both of which the first is not above the second",
  accepts(value) {
    if (typeof value !== "object" || value === null) return false;
    const { degraded, down, ...others } = value as Record<string, unknown>;
    const given = [degraded, down].filter((limit) => limit !== undefined);
    return (
      Object.keys(others).length === 0 &&
      given.length > 0 &&
      given.every((limit) => typeof limit === "number" && limit > 0) &&
      (given.length < 2 || (degraded as number) <= (down as number))
    );
  },
  hint: shownThresholds,
};

/** Shows thresholds that are refused, without other values than numbers; a number alone, as it is to be written. */
export function shownThresholds(given: unknown): string | undefined {
  if (typeof given === "number") return `Write { degraded: ${given} }, { down: … } or both.`;
  if (!RECORD.accepts(given)) return undefined;
  const shown = Object.entries(given as object).map(
    ([name, value]) => `${quoted(name)}: ${describe(value)}`,
  );
  return `It has ${shown.join(", ") || "neither"}.`;
}

/** Something that a run has found to be wrong, though the question was answered. */
export interface Finding {
  readonly status: "degraded" | "down";
  /** A whole sentence. */
  readonly reason: string;
}

/** Rates a figure by its thresholds; `say` makes the sentence of the limit that was reached. */
export function rateFigure(
  value: number,
  { degraded = Number.POSITIVE_INFINITY, down = Number.POSITIVE_INFINITY }: Thresholds,
  say: (limit: number) => string,
): Finding | undefined {
  if (value >= down) return { status: "down", reason: say(down) };
  if (value >= degraded) return { status: "degraded", reason: say(degraded) };
  return undefined;
}

/** The outcome of all that was found: the worst of it, with every reason. */
export function outcomeOf(
  findings: readonly (Finding | undefined)[],
  observations?: Outcome["observations"],
): Outcome {
  const found = findings.filter((finding) => finding !== undefined);
  if (found.length === 0) return { status: "up", observations };
  const isDown = found.some(({ status }) => status === "down");
  const reason = found.map((finding) => finding.reason).join(" ");
  return { status: isDown ? "down" : "degraded", reason, observations };
}
