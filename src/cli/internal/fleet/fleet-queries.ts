import type { Sample } from "./prometheus-client.ts";

/** The labels that name a service. `cluster` and `namespace` are empty where there are none. */
export const SERVICE_LABELS = ["cluster", "namespace", "job"] as const;

/** The choice and grouping of the series of a fleet. */
export interface FleetSelection {
  /** The labels that replicas are grouped by. */
  readonly by: readonly string[];
  /** The label that names the zone of a replica. */
  readonly zoneLabel: string;
  /** Label matchers of PromQL that replicas meet. */
  readonly matchers: readonly string[];
}

/** The choice of the series of a fleet, and the share of replicas that may be down or missing. */
export interface FleetRule extends FleetSelection {
  /** From 0 to 1. */
  readonly tolerate: number;
}

/** The queries of a fleet. Each row of their answers counts replicas of one service in one zone. */
export interface FleetQueries {
  /** Replicas that are scraped. */
  readonly present: string;
  /** Targets of the services that hale was scraped from within the hour, whether they respond or not. */
  readonly targets: string;
  /** Replicas that each service should have, where something says so; by service alone. */
  readonly expected: string;
  /** Replicas whose probe is down. Those that start are not yet part of the service. */
  readonly down: string;
  /** Replicas that start or drain, by `phase`; needs details. */
  readonly phases: string;
  /** Replicas by `check` and by a `state` other than up. */
  readonly failing: string;
  /** Replicas that have the `check`. */
  readonly checked: string;
  /** Alerts of hale that fire. */
  readonly alerts: string;
  /** Unix times since which they have been true. */
  readonly alertsSince: string;
}

/** The queries of single replicas. */
export interface ReplicaQueries {
  /** Checks that are in another state than up. */
  readonly failing: string;
  /** Targets that do not respond. */
  readonly gone: string;
}

/** The answers to the queries of a fleet, by their names. */
export type FleetSamples = Readonly<Record<keyof FleetQueries, readonly Sample[]>> & {
  /** Answered when single replicas were asked for. */
  readonly replicas: Readonly<Record<keyof ReplicaQueries, readonly Sample[]>> | undefined;
};

/** Writes the queries of a fleet. */
export function fleetQueries(selection: FleetSelection): FleetQueries {
  const { select, rows, byReplica, onReplica, onService } = partsOf(selection);
  const alert = [rows, "alertname", "severity", "check"].join(", ");
  const firing = select("ALERTS", 'alertname=~"Hale.+"', 'alertstate="firing"');
  const since = select("ALERTS_FOR_STATE", 'alertname=~"Hale.+"');
  return {
    present: `count by (${rows}) (count by (${byReplica}) (${select("hale_probe_status")}))`,
    targets: `count by (${rows}) (${select("up")} and ${onService} ${seenWithinTheHour(select)})`,
    expected: `max by (${SERVICE_LABELS.join(", ")}) (${select("hale_expected_replicas")})`,
    down: `count by (${rows}) (max by (${byReplica}) (${select("hale_probe_status", 'status="down"')}) == 1 unless ${onReplica} ${select("hale_phase", 'phase="starting"')} == 1)`,
    phases: `sum by (${rows}, phase) (${select("hale_phase", 'phase=~"starting|draining"')}) > 0`,
    failing: `sum by (${rows}, check, state) (${select("hale_check_state", 'state!="up"')}) > 0`,
    checked: `count by (${rows}, check) (${select("hale_check_state", 'state="up"')})`,
    alerts: `count by (${alert}) (${firing})`,
    alertsSince: `min by (${alert}) (${since} and ignoring (alertstate) ${firing})`,
  };
}

/** Writes the queries of single replicas. */
export function replicaQueries(selection: FleetSelection): ReplicaQueries {
  const { select, byReplica, onService } = partsOf(selection);
  return {
    failing: `max by (${byReplica}, check, state) (${select("hale_check_state", 'state!="up"')}) == 1`,
    gone: `max by (${byReplica}) (${select("up")} == 0 and ${onService} ${seenWithinTheHour(select)})`,
  };
}

type Select = (metric: string, ...matchers: readonly string[]) => string;

function partsOf({ by, zoneLabel, matchers }: FleetSelection) {
  const select: Select = (metric, ...own) => {
    const all = [...own, ...matchers].join(",");
    return all === "" ? metric : `${metric}{${all}}`;
  };
  const labels = new Set([...by, ...SERVICE_LABELS, zoneLabel]);
  return {
    select,
    rows: [...labels].join(", "),
    byReplica: [...labels.add("instance")].join(", "),
    onReplica: `on (${SERVICE_LABELS.join(", ")}, instance)`,
    onService: `on (${SERVICE_LABELS.join(", ")})`,
  };
}

/** Selects one series of each replica that hale was scraped from within the hour. */
function seenWithinTheHour(select: Select): string {
  return `present_over_time(${select("hale_probe_status", 'status="up"')}[1h])`;
}
