import type { TrafficSummary } from "./traffic-history.ts";

/**
 * The evidence besides silence that requests go elsewhere: probers that have received their 503s, or
 * nothing.
 */
export type QuietEvidence = "probers" | "silence";

const MIN_QUIET = 250;
const MAX_QUIET = 2000;

/** With fewer requests than these nothing is known of the traffic. */
const MIN_REQUESTS = 10;

/**
 * Returns for how many milliseconds no request must come before the traffic counts as over. Arrivals at
 * random leave three times their mean time once in 20 gaps, and nine times that once in 8,000: the
 * first suffices where probers say the same, the second where silence says it alone.
 */
export function quietTime(
  { count, mean, longest }: TrafficSummary,
  evidence: QuietEvidence,
): number {
  if (count < MIN_REQUESTS) return MAX_QUIET;
  const silence = evidence === "probers" ? 3 * mean : Math.max(9 * mean, 1.5 * longest);
  return Math.round(Math.min(Math.max(silence, MIN_QUIET), MAX_QUIET));
}
