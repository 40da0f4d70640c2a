import type { DrainLead } from "../cluster/primary-orders.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import { type Prober, RECENT } from "./probers.ts";
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

/** Whether a drain is over and why, or in how many milliseconds to decide again if nothing happens. */
export type DrainDecision =
  | { readonly over: true; readonly why: string }
  | { readonly over: false; readonly again: number };

/** A condition that a drain waits for. */
interface Condition {
  /** The moment at which it is met if nothing happens meanwhile. */
  readonly until: number;
  /** The sentence for when it is met; absent when the passing of time alone does not meet it. */
  readonly met?: string;
  /** The sentence for when it is not met at the longest time. */
  readonly missing: string;
  /** The conditions of the end, at the start; absent for none. */
  readonly awaited?: string;
}

const DEFAULT_MIN = 5000;

/**
 * Milliseconds after which a worker that has got a signal ends by itself: where a whole group of
 * processes gets the signal, the primary may get it a little later.
 */
const ALONE = 500;

/** The reason of a drain that ended because other code had closed the port: neither requests nor probes come. */
export const PORT_CLOSED = "other code closed the port";

const STILL = "requests still came";

/** Decides whether a drain is over. */
export function decideDrain(state: DrainState): DrainDecision {
  const { now, began, settings } = state;
  const { until, met, missing } = conditionOf(state);
  if (now >= until && met !== undefined) return { over: true, why: met };
  const end = began + settings.max;
  if (now >= end)
    return { over: true, why: `${inSeconds(settings.max)} passed (drain.max); ${missing}` };
  return { over: false, again: Math.max(0, Math.min(until, end) - now) };
}

/** Describes what a drain that begins now waits for, for how long at most, and which signal ends that at once. */
export function describeWait(state: DrainState, signal?: string): string {
  const { awaited, met } = conditionOf(state);
  if (awaited === undefined) return `nothing to wait for: ${met}`;
  const second = signal === undefined ? "" : `; a second ${signal} ends it at once`;
  return `waiting for ${awaited}, at most ${inSeconds(state.settings.max)}${second}`;
}

/**
 * Whether HTTP/2 clients are to be sent a GOAWAY. A load balancer learns of the drain by its probes, and some
 * lose a request when both come together; a client that still sends after that is behind none.
 */
export function shouldSendGoaway(state: DrainState): boolean {
  const { now, kubernetes, lead, probers, settings } = state;
  if (kubernetes) return true;
  if (lead !== undefined) return lead.released !== undefined;
  const { failedProbes } = settings;
  const quiet = quietOf(state);
  return probers.every(({ refusals }) => {
    const last = failedProbes === 0 ? state.began : (refusals[failedProbes - 1] ?? Infinity);
    return now >= last + quiet;
  });
}

/** Returns for how many milliseconds no request must come. */
export function quietOf({ kubernetes, lead, probers, traffic, settings }: DrainState): number {
  const { quiet, max } = settings;
  if (quiet !== "auto") return quiet;
  const told: QuietEvidence =
    kubernetes || lead !== undefined || probers.length === 0 ? "silence" : "probers";
  return Math.min(max, quietTime(traffic, told));
}

function conditionOf(state: DrainState): Condition {
  const { began, started, kubernetes, reachable, siblings } = state;
  const { portClosed, lead, lastRequest, probers, settings } = state;
  if (portClosed) return nothing(began + (settings.min ?? 0), PORT_CLOSED);
  if (lead !== undefined) return afterRelease(lead, state);
  if (settings.min === undefined) {
    if (!started) return nothing(began, "the service had not started");
    if (kubernetes && !reachable) return nothing(began, "there is no server to drain");
  }
  if (kubernetes) return afterSilence(state);
  if (probers.length > 0) return afterProbers(state);
  if (siblings) return besideSiblings(state);
  if (settings.min === undefined && lastRequest < began - RECENT) {
    return nothing(began, "no recurring prober and no application request in the last minute");
  }
  return afterSilence(state);
}

function nothing(began: number, met: string): Condition {
  return { until: began, met, missing: met };
}

/** In a worker: once the primary says so, and no request has come since for long enough. */
function afterRelease({ draining, released }: DrainLead, state: DrainState): Condition {
  const { now, began, lastRequest } = state;
  const quiet = quietOf(state);
  const silence = { awaited: `the drain of the primary, then ${pause(quiet)}`, missing: STILL };
  if (released !== undefined) {
    const until = Math.max(released, minimumOf(state), lastRequest + quiet);
    return { ...silence, until, met: `the drain of the primary finished; ${silent(quiet)}` };
  }
  const alone = began + ALONE;
  if (draining || now < alone) {
    const missing = "the drain of the primary was not finished";
    return { ...silence, until: draining ? Infinity : alone, missing };
  }
  const until = Math.max(alone, minimumOf(state), began + quiet);
  return { ...silence, until, met: "the primary goes on without this worker" };
}

/** The condition where no prober says that requests go elsewhere. */
function afterSilence(state: DrainState): Condition {
  const { began, kubernetes, lastRequest } = state;
  const quiet = quietOf(state);
  const minimum = minimumOf(state);
  const passed = minimum > began ? inSeconds(minimum - began) : undefined;
  const cause = kubernetes ? undefined : "no recurring prober in the last minute";
  return {
    until: Math.max(minimum, began + quiet, lastRequest + quiet),
    met: [passed && `${passed} passed`, cause, silent(quiet)].filter(Boolean).join("; "),
    missing: STILL,
    awaited: [passed && `${passed} to pass`, pause(quiet)].filter(Boolean).join(", then "),
  };
}

/** Kept connections have this time to be used once more, and to be closed by the response to that. */
function besideSiblings(state: DrainState): Condition {
  const quiet = quietOf(state);
  const until = Math.max(minimumOf(state), state.began + quiet);
  const passed = inSeconds(until - state.began);
  const met = `${passed} passed; other processes take new connections`;
  return { until, met, missing: STILL, awaited: `${passed} to pass` };
}

function afterProbers(state: DrainState): Condition {
  const { began, lastRequest, probers, settings } = state;
  const { failedProbes } = settings;
  const quiet = quietOf(state);
  const awaited = `every recent prober (${probers.length}) to receive ${failedProbes} × 503, then ${pause(quiet)}`;
  const waiting = probers.filter(({ refusals }) => refusals.length < failedProbes);
  if (waiting.length > 0) {
    return {
      // The one that is no recent prober any more at first.
      until: Math.min(...waiting.map(({ seen }) => seen)) + RECENT + 1,
      missing: `${waiting.length} of ${probers.length} recent probers had not received ${failedProbes} × 503`,
      awaited,
    };
  }
  // A load balancer that has just received it may have sent requests before that are still on their way.
  const received = probers.map(({ refusals }) => refusals[failedProbes - 1] ?? began);
  return {
    until: Math.max(minimumOf(state), Math.max(began, lastRequest, ...received) + quiet),
    met: `every recent prober (${probers.length}) received ${failedProbes} × 503; ${silent(quiet)}`,
    missing: STILL,
    awaited,
  };
}

/** The moment before which a drain is not over. */
function minimumOf({ began, kubernetes, lead, settings: { min, max } }: DrainState): number {
  const preset = kubernetes && lead === undefined ? Math.min(DEFAULT_MIN, max) : 0;
  return began + (min ?? preset);
}

function silent(quiet: number): string {
  return `no requests for ${inSeconds(quiet)}`;
}

function pause(quiet: number): string {
  return `${inSeconds(quiet)} without requests`;
}
