import type { Observation, Outcome, OutcomeStatus } from "../contract/check.ts";
import type { Explain, ReadOutcome } from "../contract/explain.ts";

const STATUSES: readonly unknown[] = ["up", "degraded", "down"] satisfies OutcomeStatus[];

/**
 * What `false` or an object says that a run returned: an outcome as it is; `false`, and an object
 * whose `ok` is false, such as a `Response`, are down; all else is up.
 */
export const outcomeOf: ReadOutcome = (returned, explain) => {
  if (returned === false) return { status: "down", reason: "The check returned false." };
  try {
    const { ok, status, reason, observations } = returned as Partial<Outcome & { ok: unknown }>;
    // What fetch() returns for 404 or 500: the most natural check of an upstream must not pass then.
    if (ok === false) return { status: "down", reason: refusal(status) };
    if (status === undefined || !STATUSES.includes(status)) return { status: "up" };
    return {
      status,
      reason: reason === undefined ? undefined : explain(reason),
      observations: observations ? plain(observations, explain) : undefined,
    };
  } catch (failure) {
    return { status: "down", reason: explain(failure) };
  }
};

function refusal(status: unknown): string {
  return typeof status === "number" ? `The answer was ${status}.` : "The check returned ok: false.";
}

/** The observations that every format can write: finite numbers, booleans, and explained texts. */
function plain(observations: object, explain: Explain): Record<string, Observation> {
  const entries: [string, Observation][] = [];
  for (const [name, observation] of Object.entries(observations)) {
    const { value, unit } = (observation ?? {}) as Partial<Observation>;
    const kept = typeof value === "string" && value !== "" ? explain(value) : value;
    if (typeof kept !== "string" && typeof kept !== "boolean" && !Number.isFinite(kept)) continue;
    if (kept === undefined) continue;
    entries.push([name, { value: kept, ...(typeof unit === "string" && { unit }) }]);
  }
  return Object.fromEntries(entries);
}
