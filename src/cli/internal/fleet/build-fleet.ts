import { alertRows } from "./alert-rows.ts";
import { checkRows } from "./check-rows.ts";
import type { FleetRule, FleetSamples } from "./fleet-queries.ts";
import type { FleetReport } from "./fleet-report.ts";
import { groupRows } from "./group-rows.ts";
import { replicaRows } from "./replica-rows.ts";

/** Builds the report of a fleet from the results of Prometheus. It sends nothing. */
export function buildFleet(
  samples: FleetSamples,
  rule: FleetRule,
  time: number,
  warnings: readonly string[],
): FleetReport {
  const alerts = alertRows(samples, rule);
  return {
    time,
    by: rule.by,
    groups: groupRows(samples, rule, alerts),
    checks: checkRows(samples, rule),
    alerts,
    replicas: replicaRows(samples, rule),
    warnings,
  };
}
