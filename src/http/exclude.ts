import type { Exposure, FormatQuery } from "../contract/format.ts";
import type { ProbeQuery, ReportSource } from "../report/reporter.ts";
import type { ParsedRequest } from "./parsed-request.ts";

/** The maximum number of `?exclude=` names that a format lists; any caller may send more. */
const MAX_LISTED = 100;

/**
 * Makes the query for the reporter. Exclusions reveal names, so they need an exposure that shows names. Names
 * that the probe does not have are dropped, so that requests with any of them share one refresh.
 */
export function probeQueryOf(
  { route, query, hop, plain }: ParsedRequest,
  exposure: Exposure,
  reporter: Pick<ReportSource, "has">,
): ProbeQuery {
  if (plain) return route;
  const { probe, check } = route;
  const names = exposure === "status" ? [] : query.getAll("exclude");
  return { probe, check, exclude: names.filter((name) => reporter.has(probe, name)), hop };
}

/** Makes the query for a format: which names are excluded, and which the probe does not have. */
export function formatQueryOf(
  { route: { probe, check }, query }: ParsedRequest,
  reporter: Pick<ReportSource, "has" | "history">,
): FormatQuery {
  const asked = [...new Set(query.getAll("exclude"))].slice(0, MAX_LISTED);
  // A name that is queried itself is not excluded.
  const names = asked.filter((name) => name !== check);
  const excluded = names.filter((name) => reporter.has(probe, name));
  const unknown = names.filter((name) => !excluded.includes(name));
  return { verbose: query.has("verbose"), excluded, unknown, history: reporter.history };
}
