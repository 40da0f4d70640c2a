import type { Observation, Outcome, OutcomeStatus, Run } from "../../contract/check.ts";

/** An entry in the result of a @nestjs/terminus indicator, besides data of its own. */
export interface IndicatorEntry {
  readonly status: OutcomeStatus;
  readonly message?: unknown;
}

/** The result of a @nestjs/terminus indicator: an entry for each of its subjects. */
export type IndicatorResult = Readonly<Record<string, IndicatorEntry>>;

const WORST_FIRST: readonly OutcomeStatus[] = ["down", "degraded", "up"];

/** Whether a value is the result of an indicator. */
export function isIndicatorResult(value: unknown): value is IndicatorResult {
  if (typeof value !== "object" || value === null) return false;
  const entries: unknown[] = Object.values(value);
  return entries.length > 0 && entries.every(isEntry);
}

function isEntry(value: unknown): boolean {
  const { status } = (value ?? {}) as Partial<IndicatorEntry>;
  return WORST_FIRST.some((known) => known === status);
}

/** Wraps a run, so that the result that a @nestjs/terminus indicator returns or throws becomes its outcome. */
export function fromTerminus(run: Run): Run {
  return async (context) => {
    try {
      const returned = await run(context);
      return isIndicatorResult(returned) ? outcomeOf(returned) : returned;
    } catch (failure) {
      // Until version 10, an indicator that is down throws an error whose causes are its result.
      const { causes, message } = (failure ?? {}) as { causes?: unknown; message?: unknown };
      if (!isIndicatorResult(causes)) throw failure;
      const hasMessage = Object.values(causes).some((entry) => typeof entry.message === "string");
      const outcome = outcomeOf(causes);
      return { ...outcome, status: "down", reason: hasMessage ? outcome.reason : String(message) };
    }
  };
}

/** Converts a result to an outcome: the worst of its entries. */
function outcomeOf(result: IndicatorResult): Outcome {
  const entries = Object.entries(result);
  const status =
    WORST_FIRST.find((word) => entries.some(([, entry]) => entry.status === word)) ?? "up";
  const worst = entries.filter(([, entry]) => entry.status === status);
  return {
    status,
    reason: status === "up" ? undefined : worst.map(reasonOf).join("; "),
    observations: Object.fromEntries(entries.flatMap(([, entry]) => observationsOf(entry))),
  };
}

function reasonOf([key, { status, message }]: readonly [string, IndicatorEntry]): string {
  return typeof message === "string" ? `${key}: ${message}` : `${key} is ${status}`;
}

/** Returns the observations in the data of an entry. */
function observationsOf({
  status: _,
  message: __,
  ...data
}: IndicatorEntry): [string, Observation][] {
  return Object.entries(data).flatMap(([name, value]) => {
    if (!["number", "string", "boolean"].includes(typeof value)) return [];
    const unit = name === "responseTime" ? { unit: "ms" } : {};
    return [[name, { value: value as Observation["value"], ...unit }]];
  });
}
