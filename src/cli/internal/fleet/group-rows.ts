import type { FleetRule, FleetSamples } from "./fleet-queries.ts";
import { type AlertRow, type GroupRow, isCritical } from "./fleet-report.ts";
import type { Labels } from "./prometheus-client.ts";
import { byLabels, keyOf, pick } from "./row-labels.ts";
import { type ServiceCount, serviceCounts } from "./service-counts.ts";
import { worstOf, ZoneCounts } from "./zone-counts.ts";

/** Replicas by which a share of them may be too small: 0.29 × 100 is 28.999… */
const ROUNDING = 1e-6;

/** Makes a row for each group of replicas, the worst first. */
export function groupRows(
  samples: FleetSamples,
  rule: FleetRule,
  alerts: readonly AlertRow[],
): readonly GroupRow[] {
  const { by, zoneLabel, tolerate } = rule;
  const groups = new Map<string, { labels: Labels; services: ServiceCount[] }>();
  for (const service of serviceCounts(samples, rule)) {
    const key = keyOf(service.labels, by);
    const group = groups.get(key) ?? { labels: pick(service.labels, by), services: [] };
    group.services.push(service);
    groups.set(key, group);
  }
  const critical = new Set(alerts.filter(isCritical).map(({ labels }) => keyOf(labels, by)));
  const rows = [...groups].map(([key, { labels, services }]): GroupRow => {
    const sum = (countOf: (service: ServiceCount) => number) =>
      services.reduce((total, service) => total + countOf(service), 0);
    const expected = sum(({ expected }) => expected);
    const down = sum(({ counts }) => counts.down.total);
    // Too many replicas of one service make up for none of another.
    const missing = sum(({ expected, counts }) => Math.max(0, expected - counts.present.total));
    return {
      labels,
      expected,
      present: sum(({ counts }) => counts.present.total),
      down,
      starting: sum(({ counts }) => counts.starting.total),
      draining: sum(({ counts }) => counts.draining.total),
      worstZone: by.includes(zoneLabel) ? undefined : worstZoneOf(services),
      healthy: down + missing <= tolerate * expected + ROUNDING && !critical.has(key),
    };
  });
  const badness = ({ expected, present, down }: GroupRow) =>
    (Math.max(0, expected - present) + down) / Math.max(1, expected);
  return rows.sort(
    (one, other) =>
      Number(one.healthy) - Number(other.healthy) ||
      badness(other) - badness(one) ||
      byLabels(one, other),
  );
}

function worstZoneOf(services: readonly ServiceCount[]): GroupRow["worstZone"] {
  const affected = new ZoneCounts();
  const replicas = new ZoneCounts();
  for (const { counts } of services) {
    const { present, targets, down } = counts;
    for (const zone of new Set([...present.zones, ...targets.zones])) {
      const there = present.of(zone);
      const wanted = Math.max(targets.of(zone), there);
      replicas.add(zone, wanted);
      affected.add(zone, wanted - there + down.of(zone));
    }
  }
  return worstOf(affected, replicas);
}
