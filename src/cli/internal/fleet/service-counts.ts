import {
  type FleetSamples,
  type FleetSelection,
  isServiceLabel,
  SERVICE_LABELS,
} from "./fleet-queries.ts";
import type { Labels, Sample } from "./prometheus-client.ts";
import { keyOf, pick } from "./row-labels.ts";
import { ZoneCounts } from "./zone-counts.ts";

/** The replicas of one service within one group, by zone. */
export interface ServiceCount {
  readonly labels: Labels;
  readonly expected: number;
  readonly counts: Readonly<
    Record<"present" | "targets" | "down" | "starting" | "draining", ZoneCounts>
  >;
}

/** Counts the replicas of each service within each group. */
export function serviceCounts(
  samples: FleetSamples,
  { by, zoneLabel, matchers }: FleetSelection,
): readonly ServiceCount[] {
  const names = [...new Set([...by, ...SERVICE_LABELS])];
  const services = new Map<string, Omit<ServiceCount, "expected">>();
  const serviceOf = (labels: Labels) => {
    const key = keyOf(labels, names);
    const service = services.get(key) ?? { labels: pick(labels, names), counts: noCounts() };
    services.set(key, service);
    return service;
  };
  const add = (name: keyof ServiceCount["counts"], rows: readonly Sample[]) => {
    for (const { labels, value } of rows) {
      serviceOf(labels).counts[name].add(labels[zoneLabel] ?? "", value);
    }
  };
  add("present", samples.present);
  add("targets", samples.targets);
  add("down", samples.down);
  for (const phase of ["starting", "draining"] as const) {
    add(
      phase,
      samples.phases.filter(({ labels }) => labels.phase === phase),
    );
  }
  // A number that is said of a service says nothing of its parts in each zone or on each machine.
  const isOfServices = [...by, ...matchers.map(({ label }) => label)].every(isServiceLabel);
  const said = new Map<string, number>();
  for (const { labels, value } of isOfServices ? samples.expected : []) {
    serviceOf(labels);
    said.set(keyOf(labels, SERVICE_LABELS), value);
  }
  return [...services.values()].map((service) => {
    const { present, targets } = service.counts;
    const expected = said.get(keyOf(service.labels, SERVICE_LABELS));
    return { ...service, expected: expected ?? Math.max(targets.total, present.total) };
  });
}

function noCounts(): ServiceCount["counts"] {
  return {
    present: new ZoneCounts(),
    targets: new ZoneCounts(),
    down: new ZoneCounts(),
    starting: new ZoneCounts(),
    draining: new ZoneCounts(),
  };
}
