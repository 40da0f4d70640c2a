import type { FleetRule, FleetSamples } from "./fleet-queries.ts";
import type { ReplicaRow } from "./fleet-report.ts";
import type { Sample } from "./prometheus-client.ts";
import { byLabels, pick } from "./row-labels.ts";

/** Makes a row for each replica that does not respond, and for each check of a replica that is not up. */
export function replicaRows(
  { replicas }: FleetSamples,
  { by, zoneLabel }: FleetRule,
): readonly ReplicaRow[] | undefined {
  if (replicas === undefined) return undefined;
  const rowOf = ({ labels }: Sample): ReplicaRow => ({
    labels: pick(labels, by),
    instance: labels.instance ?? "",
    zone: labels[zoneLabel] ?? "",
    check: labels.check ?? "",
    state: labels.state ?? "gone",
  });
  return [...replicas.gone, ...replicas.failing]
    .map(rowOf)
    .sort(
      (one, other) =>
        byLabels(one, other) ||
        one.instance.localeCompare(other.instance, "en", { numeric: true }) ||
        one.check.localeCompare(other.check),
    );
}
