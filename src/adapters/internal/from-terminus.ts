import type { Observation, Outcome, OutcomeStatus, Run } from "../../contract/check.ts";

/** What an indicator of @nestjs/terminus says of one thing, besides data of its own. */
export interface IndicatorEntry {
  readonly status: OutcomeStatus;
  readonly message?: unknown;
}

/** What an indicator of @nestjs/terminus returns: an entry for each thing that it has looked at. */
export type IndicatorResult = Readonly<Record<string, IndicatorEntry>>;

const WORST_FIRST: readonly OutcomeStatus[] = ["down", "degraded", "up"];

/** Whether a value is what an indicator returns. */
export function isIndicatorResult(value: unknown): value is IndicatorResult {
  if (typeof value !== "object" || value === null) return false;
  const entries: unknown[] = Object.values(value);
  return entries.length > 0 && entries.every(isEntry);
}

function isEntry(value: unknown): boolean {
  const { status } = (value ?? {}) as Partial<IndicatorEntry>;
  return WORST_FIRST.some((known) => known === status);
}

/** A run that takes what an indicator of @nestjs/terminus returns or throws for what it says. */
export function fromTerminus(run: Run): Run {
  return async (context) => {
    try {
      const returned = await run(context);
      return isIndicatorResult(returned) ? outcomeOf(returned) : returned;
    } catch (failure) {
      // Until version 10, an indicator that is down throws an error whose causes are its result.
      const { causes, message } = (failure ?? {}) as { causes?: unknown; message?: unknown };
      if (!isIndicatorResult(causes)) throw failure;
      const told = Object.values(causes).some((entry) => typeof entry.message === "string");
      const outcome = outcomeOf(causes);
      return { ...outcome, status: "down", reason: told ? outcome.reason : String(message) };
    }
  };
}

/** A result as an outcome: the worst of its entries. */
function outcomeOf(result: IndicatorResult): Outcome {
  const entries = Object.entries(result);
  const status =
    WORST_FIRST.find((word) => entries.some(([, entry]) => entry.status === word)) ?? "up";
  const told = entries.filter(([, entry]) => entry.status === status);
  return {
    status,
    reason: status === "up" ? undefined : told.map(reasonOf).join("; "),
    observations: Object.fromEntries(entries.flatMap(([, entry]) => observationsOf(entry))),
  };
}

function reasonOf([key, { status, message }]: readonly [string, IndicatorEntry]): string {
  return typeof message === "string" ? `${key}: ${message}` : `${key} is ${status}`;
}

/** The data of an entry that can be shown, by name. */
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
