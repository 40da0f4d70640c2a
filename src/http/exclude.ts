import type { Exposure } from "../contract/format.ts";
import type { ProbeQuery, ReportSource } from "../report/reporter.ts";
import type { ParsedRequest } from "./parsed-request.ts";

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
