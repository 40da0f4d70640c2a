import type { DrainLead } from "../cluster/primary-orders.ts";
import type { Prober } from "./probers.ts";
import { type QuietEvidence, quietTime } from "./quiet-time.ts";
import type { TrafficSummary } from "./traffic-history.ts";

/** The rules for the end of a drain; times are milliseconds. */
export interface DrainSettings {
  /** The least time of a drain; absent for the default, which there is in Kubernetes alone. */
  readonly min?: number | undefined;
  /** The time for which no new request must have come. */
  readonly quiet: number | "auto";
  /** The longest time of a drain. */
  readonly max: number;
  /** Outside of Kubernetes: the number of 503s that each prober must have received. */
  readonly failedProbes: number;
}

/** The state of a drain at one moment. */
export interface DrainState {
  readonly now: number;
  readonly began: number;
  /** Whether the service had started before. */
  readonly started: boolean;
  /** Whether this is Kubernetes, which takes a pod out of its services whatever probes say. */
  readonly kubernetes: boolean;
  /** Whether requests can come at all: to a server, or to the workers of a cluster. */
  readonly reachable: boolean;
  /**
   * Which shutdown was given the server that the health is on, where this one was given none: another one, which drains it,
   * or none, so that its requests are not known. Absent where the health is on no server.
   */
  readonly serverOwner?: "another" | "none" | undefined;
  /**
   * Whether other processes take the new connections of this one once it has closed its port, as in a
   * cluster of pm2: they come to it until then, so there is no silence to wait for.
   */
  readonly siblings: boolean;
  /** Whether a port was open when the drain began, and none is any more. */
  readonly portClosed: boolean;
  /** In a worker of a cluster whose primary leads its shutdown. */
  readonly lead?: DrainLead | undefined;
  /** The moment of the newest request of the service; -Infinity when none is known. */
  readonly lastRequest: number;
  /** The traffic of the minute before the drain. */
  readonly traffic: TrafficSummary;
  /** The probers of the last minute. */
  readonly probers: readonly Prober[];
  readonly settings: DrainSettings;
}

/** The least time of a drain in Kubernetes, where none is given. */
const DEFAULT_MIN = 5000;

/** Returns for how many milliseconds no request must come. */
export function quietOf({ kubernetes, lead, probers, traffic, settings }: DrainState): number {
  const { quiet, max } = settings;
  if (quiet !== "auto") return quiet;
  const told: QuietEvidence =
    kubernetes || lead !== undefined || probers.length === 0 ? "silence" : "probers";
  return Math.min(max, quietTime(traffic, told));
}

/** Returns the moment before which a drain is not over. */
export function minimumOf({ began, kubernetes, lead, settings: { min, max } }: DrainState): number {
  const preset = kubernetes && lead === undefined ? Math.min(DEFAULT_MIN, max) : 0;
  return began + (min ?? preset);
}
