import type { FleetRule, FleetSamples } from "./fleet-queries.ts";
import type { CheckRow } from "./fleet-report.ts";
import type { Labels } from "./prometheus-client.ts";
import { byLabels, keyOf, pick } from "./row-labels.ts";
import { worstOf, ZoneCounts } from "./zone-counts.ts";

/** Makes a row for each check of a group that is not up on some replicas, the largest share of them first. */
export function checkRows(
  { failing, checked }: FleetSamples,
  { by, zoneLabel }: FleetRule,
): readonly CheckRow[] {
  const all = new Map<string, ZoneCounts>();
  for (const { labels, value } of checked) {
    const key = keyOf(labels, [...by, "check"]);
    const counts = all.get(key) ?? new ZoneCounts();
    counts.add(labels[zoneLabel] ?? "", value);
    all.set(key, counts);
  }
  const affected = new Map<string, { labels: Labels; counts: ZoneCounts }>();
  for (const { labels, value } of failing) {
    const key = keyOf(labels, [...by, "check", "state"]);
    const row = affected.get(key) ?? { labels, counts: new ZoneCounts() };
    row.counts.add(labels[zoneLabel] ?? "", value);
    affected.set(key, row);
  }
  const rows = [...affected.values()].map(({ labels, counts }): CheckRow => {
    const replicas = all.get(keyOf(labels, [...by, "check"])) ?? counts;
    const { check = "", state = "" } = labels;
    return {
      ...{ labels: pick(labels, by), check, state },
      ...{ affected: counts.total, replicas: replicas.total },
      worstZone: by.includes(zoneLabel) ? undefined : worstOf(counts, replicas),
    };
  });
  const share = ({ affected, replicas }: CheckRow) => affected / replicas;
  return rows.sort((one, other) => share(other) - share(one) || byLabels(one, other));
}
