import type { Labels } from "./prometheus-client.ts";

/** On how many replicas of a zone something is wrong. */
export interface ZoneCount {
  readonly zone: string;
  readonly affected: number;
  /** The replicas that the zone should have. */
  readonly replicas: number;
}

/** The replicas of one service, or of another group that was asked for. */
export interface GroupRow {
  /** The labels that the replicas have in common, in the order that they are shown in; empty where absent. */
  readonly labels: Labels;
  readonly expected: number;
  readonly present: number;
  /** Replicas whose probe is down; those that start are not counted. */
  readonly down: number;
  readonly starting: number;
  readonly draining: number;
  /** The zone with the largest share of replicas that are down or missing. */
  readonly worstZone: ZoneCount | undefined;
  /** Whether no more replicas are down or missing than is tolerated, and no critical alert fires. */
  readonly healthy: boolean;
}

/** A check that is in one state other than up on some replicas of a group. */
export interface CheckRow {
  readonly labels: Labels;
  readonly check: string;
  readonly state: string;
  readonly affected: number;
  /** The replicas that have the check. */
  readonly replicas: number;
  readonly worstZone: ZoneCount | undefined;
}

/** Alerts of one name that fire for one cause. */
export interface AlertRow {
  readonly labels: Labels;
  readonly alert: string;
  readonly severity: string;
  readonly check: string;
  readonly zone: string;
  /** The alerts that this row stands for, such as one for each of a few replicas. */
  readonly count: number;
  /** Seconds since the epoch from which on it was true; `undefined` where the server does not say. */
  readonly since: number | undefined;
}

/** A replica that fails. */
export interface ReplicaRow {
  readonly labels: Labels;
  readonly instance: string;
  readonly zone: string;
  /** The check that is not up; empty when the replica does not respond. */
  readonly check: string;
  /** The state of the check, or `gone`. */
  readonly state: string;
}

/** A fleet at one moment. */
export interface FleetReport {
  /** Seconds since the epoch, by the clock of the server. */
  readonly time: number;
  /** The labels by which replicas are grouped. */
  readonly by: readonly string[];
  readonly groups: readonly GroupRow[];
  readonly checks: readonly CheckRow[];
  readonly alerts: readonly AlertRow[];
  /** Present when they were asked for. */
  readonly replicas: readonly ReplicaRow[] | undefined;
  readonly warnings: readonly string[];
}

/** Whether every group of a fleet is healthy, and no critical alert fires. */
export function isFleetHealthy({ groups, alerts }: FleetReport): boolean {
  return groups.every(({ healthy }) => healthy) && !alerts.some(isCritical);
}

/** Whether an alert says that a service does not serve. */
export function isCritical({ severity }: Pick<AlertRow, "severity">): boolean {
  return severity === "critical";
}
