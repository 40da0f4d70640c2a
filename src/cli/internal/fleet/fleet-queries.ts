import type { LabelMatcher } from "./label-flags.ts";
import type { Sample } from "./prometheus-client.ts";

/** The labels that name a service. `cluster` and `namespace` are empty where there are none. */
export const SERVICE_LABELS = ["cluster", "namespace", "job"] as const;

/** Whether a label is one of those that name a service. */
export function isServiceLabel(label: string): boolean {
  return (SERVICE_LABELS as readonly string[]).includes(label);
}

/** The choice and grouping of the series of a fleet. */
export interface FleetSelection {
  /** The labels that replicas are grouped by. */
  readonly by: readonly string[];
  /** The label that names the zone of a replica. */
  readonly zoneLabel: string;
  /** Label matchers of PromQL that replicas meet. */
  readonly matchers: readonly LabelMatcher[];
}

/** The choice of the series of a fleet, and the share of replicas that may be down or missing. */
export interface FleetRule extends FleetSelection {
  /** From 0 to 1. */
  readonly tolerate: number;
}

/** The queries of a fleet. Each row of their results counts replicas of one service in one zone. */
export interface FleetQueries {
  /** Replicas that are scraped. */
  readonly present: string;
  /** Targets of the services that hale was scraped from within the day, whether they respond or not. */
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

/** The results of the queries of a fleet, by their names. */
export type FleetSamples = Readonly<Record<keyof FleetQueries, readonly Sample[]>> & {
  /** Those of single replicas, where they are listed. */
  readonly replicas: Readonly<Record<keyof ReplicaQueries, readonly Sample[]>> | undefined;
};

/** Writes the queries of a fleet. */
export function fleetQueries(selection: FleetSelection): FleetQueries {
  const parts = partsOf(selection);
  const { select, rows, byReplica, service, onReplica, onService } = parts;
  const alert = [rows, "alertname", "severity", "check"].join(", ");
  const firing = firingAlerts(parts);
  const since = parts.selectService("ALERTS_FOR_STATE", 'alertname=~"Hale.+"');
  return {
    present: `count by (${rows}) (count by (${byReplica}) (${select("hale_probe_status")}))`,
    targets: `count by (${rows}) (${select("up")} and ${onService} (${seenWithinTheDay(parts)}))`,
    expected: `max by (${service}) (${counting(parts.selectService("hale_expected_replicas"))}) or ${recordedExpectation(parts)}`,
    down: `count by (${rows}) (max by (${byReplica}) (${select("hale_probe_status", 'status="down"')}) == 1 unless ${onReplica} (${starting(parts)}))`,
    phases: `sum by (${rows}, phase) (${select("hale_phase", 'phase=~"starting|draining"')}) > 0`,
    failing: `sum by (${rows}, check, state) (${select("hale_check_state", 'state!="up"')}) > 0`,
    checked: `count by (${rows}, check) (${select("hale_check_state", 'state="up"')})`,
    alerts: `count by (${alert}) (${firing})`,
    alertsSince: `min by (${alert}) (${since} and ignoring (alertstate) (${firing}))`,
  };
}

/** Writes the queries of single replicas. */
export function replicaQueries(selection: FleetSelection): ReplicaQueries {
  const parts = partsOf(selection);
  const { select, byReplica, onService } = parts;
  return {
    failing: `max by (${byReplica}, check, state) (${select("hale_check_state", 'state!="up"')}) == 1`,
    gone: `max by (${byReplica}) (${select("up")} == 0 and ${onService} (${seenWithinTheDay(parts)}))`,
  };
}

type QueryParts = ReturnType<typeof partsOf>;

function partsOf({ by, zoneLabel, matchers }: FleetSelection) {
  const selectBy =
    (chosen: readonly LabelMatcher[]) =>
    (metric: string, ...own: readonly string[]) => {
      const all = [...own, ...chosen.map(matcherText)].join(",");
      return all === "" ? metric : `${metric}{${all}}`;
    };
  const labels = new Set([...by, ...SERVICE_LABELS, zoneLabel]);
  const service = SERVICE_LABELS.join(", ");
  return {
    /** Selects series of replicas. */
    select: selectBy(matchers),
    /** Selects series of whole services, which have no label of a replica. */
    selectService: selectBy(matchers.filter(({ label }) => isServiceLabel(label))),
    ofReplicas: matchers.filter(({ label }) => !isServiceLabel(label)),
    service,
    rows: [...labels].join(", "),
    byReplica: [...labels.add("instance")].join(", "),
    onReplica: `on (${service}, instance)`,
    onService: `on (${service})`,
  };
}

function matcherText({ label, operator, value }: LabelMatcher): string {
  return `${label}${operator}${value}`;
}

const NEGATED = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" } as const;

/**
 * Selects the services that hale was scraped from within the day. The past is looked at every five minutes, for which a
 * sample counts: the series of all replicas at each scrape of a day are too many. The rules keep a service for longer
 * while none of its targets responds.
 */
function seenWithinTheDay({ select, selectService, service }: QueryParts): string {
  const now = `count by (${service}) (${select("hale_probe_status", 'status="up"')})`;
  const kept = selectService("cluster_namespace_job:hale_targets:count");
  return `${now} or max_over_time(${now}[1d:5m]) or ${kept}`;
}

/** Selects the samples that can be a number of replicas, and neither NaN nor infinite. */
function counting(series: string): string {
  return `${series} >= 0 < Inf`;
}

/** Selects what the rules expect of each service, unless that is the number of its targets, which may be older. */
function recordedExpectation({ selectService, service }: QueryParts): string {
  const recorded = selectService("cluster_namespace_job:hale_replicas_expected:max");
  const targets = selectService("cluster_namespace_job:hale_targets:count");
  return `max by (${service}) (${counting(recorded)} unless ${recorded} == ${targets})`;
}

/** Selects replicas that start: by their phase or, without details, with deep down and no check down or unknown. */
function starting({ select, onReplica }: QueryParts): string {
  const deep = select("hale_probe_status", 'probe="deep"', 'status="down"');
  const failed = select("hale_check_state", 'state=~"down|unknown"');
  const checks = select("hale_check_state", 'state="up"');
  const withoutPhase = `${deep} == 1 and ${onReplica} ${checks} unless ${onReplica} ${failed} == 1`;
  return `${select("hale_phase", 'phase="starting"')} == 1 or ${withoutPhase}`;
}

/**
 * Selects the alerts that fire, of services with such replicas: those of whole services, and those of such replicas. An
 * alert of one replica has none of its labels but `instance`, so the replica is looked up among the targets.
 */
function firingAlerts(parts: QueryParts): string {
  const { select, selectService, ofReplicas, onService, onReplica } = parts;
  const own = ['alertname=~"Hale.+"', 'alertstate="firing"'];
  const firing = selectService("ALERTS", ...own);
  if (ofReplicas.length === 0) return firing;
  const others = ofReplicas.map(({ label, operator, value }) => {
    const other = matcherText({ label, operator: NEGATED[operator], value });
    return ` unless ${selectService("ALERTS", ...own, `${label}!=""`, other)}`;
  });
  const ofOneReplica = selectService("ALERTS", ...own, 'instance!=""');
  const ofOtherReplicas = ` unless (${ofOneReplica} unless ${onReplica} ${select("up")})`;
  return `${firing} and ${onService} ${select("up")}${others.join("")}${ofOtherReplicas}`;
}
