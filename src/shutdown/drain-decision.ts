import { inSeconds } from "../telemetry/in-seconds.ts";

/** When a drain is over; times are milliseconds. */
export interface DrainSettings {
  /** In Kubernetes: how long it takes at least. */
  readonly min: number;
  /** How long no new request must have come. */
  readonly quiet: number;
  /** How long it takes at most. */
  readonly max: number;
  /** Elsewhere: how many 503s each prober must have been given. */
  readonly failedProbes: number;
}

/** Somebody who asks for readiness. */
export interface Prober {
  /** When it asked last. */
  readonly seen: number;
  /** When it was given each of its 503s since the drain began. */
  readonly told: readonly number[];
}

/** What is known of a drain at one moment. */
export interface DrainState {
  readonly now: number;
  readonly began: number;
  /** Whether the service had started before. */
  readonly started: boolean;
  /** Whether this is Kubernetes, which takes a pod out of its services whatever probes say. */
  readonly kubernetes: boolean;
  /** Whether requests can come at all: to a server, or to the workers of a cluster. */
  readonly reachable: boolean;
  /** In a worker whose primary leads its end: the primary alone sees the probers. */
  readonly lead?: { readonly released: number | undefined } | undefined;
  /** When the newest request of the service came; -Infinity when none is known. */
  readonly lastRequest: number;
  readonly probers: readonly Prober[];
  readonly settings: DrainSettings;
}

/** Whether a drain is over and why, or in how many milliseconds to judge again if nothing happens. */
export type DrainDecision =
  | { readonly over: true; readonly why: string }
  | { readonly over: false; readonly again: number };

/** Milliseconds after which somebody who has not asked is no prober any more. */
const RECENT = 60_000;

/** Judges whether a drain is over. */
export function decideDrain(view: DrainState): DrainDecision {
  const { now, began, settings } = view;
  const nothing = reasonNotToWait(view);
  if (nothing !== undefined) return over(nothing);
  const wait = waitOf(view);
  if (now >= wait.until && wait.why !== undefined) return over(wait.why);
  const end = began + settings.max;
  if (now >= end) return over(`${inSeconds(settings.max)} have passed and ${wait.missing}`);
  return { over: false, again: Math.min(wait.until, end) - now };
}

/**
 * Whether HTTP/2 clients are to be told to open no more streams. A balancer is told by its probes, and
 * some lose a request when both come together; whoever still sends after that is behind none.
 */
export function shouldSendGoaway({
  now,
  kubernetes,
  lead,
  probers,
  settings,
}: DrainState): boolean {
  if (kubernetes) return true;
  if (lead !== undefined) return lead.released !== undefined;
  return probers
    .filter(({ seen }) => now - seen <= RECENT)
    .every(({ told }) => now >= (told[settings.failedProbes - 1] ?? Infinity) + settings.quiet);
}

/** Until when to wait, what is true then if nothing happens, and what is missing until then. */
interface Wait {
  readonly until: number;
  /** Absent when the passing of time alone does not end the drain. */
  readonly why?: string;
  readonly missing: string;
}

function reasonNotToWait(view: DrainState): string | undefined {
  const { started, kubernetes, reachable, lead, probers } = view;
  if (lead !== undefined) return undefined;
  if (!started) return "the service had not started";
  if (kubernetes) return reachable ? undefined : "there is no server to drain";
  return probers.length > 0 ? undefined : "no prober was ever seen";
}

function waitOf(view: DrainState): Wait {
  if (view.lead !== undefined) return afterRelease(view.lead, view);
  return view.kubernetes ? afterMinimum(view) : afterProbers(view);
}

function afterRelease(
  { released }: NonNullable<DrainState["lead"]>,
  { lastRequest, settings: { quiet } }: DrainState,
): Wait {
  if (released === undefined) {
    return { until: Infinity, missing: "the drain of the primary was not over" };
  }
  return {
    until: Math.max(released, lastRequest + quiet),
    why: `the drain of the primary is over and ${none(quiet)}`,
    missing: "requests still came",
  };
}

function afterMinimum({ began, lastRequest, settings: { min, quiet } }: DrainState): Wait {
  return {
    until: Math.max(began + min, began + quiet, lastRequest + quiet),
    why: `${inSeconds(min)} have passed and ${none(quiet)}`,
    missing: "requests still came",
  };
}

function afterProbers(view: DrainState): Wait {
  const { now, began, lastRequest, probers, settings } = view;
  const recent = probers.filter(({ seen }) => now - seen <= RECENT);
  const missing = recent.filter(({ told }) => told.length < settings.failedProbes);
  if (missing.length > 0) {
    return {
      until: Math.min(...missing.map(({ seen }) => seen)) + RECENT + 1,
      missing: `${missing.length} of ${recent.length} probers ${was(missing.length)} not told ${settings.failedProbes} times`,
    };
  }
  // A balancer that has just heard it may have sent requests before that are still on their way.
  const enough = recent.map(({ told }) => told[settings.failedProbes - 1] ?? began);
  return {
    until: Math.max(began, lastRequest, ...enough) + settings.quiet,
    why:
      recent.length === 0
        ? `no prober was seen for ${inSeconds(RECENT)} and ${none(settings.quiet)}`
        : `each of ${recent.length} probers was told ${settings.failedProbes} times and ${none(settings.quiet)}`,
    missing: "requests still came",
  };
}

function over(why: string): DrainDecision {
  return { over: true, why };
}

function none(quiet: number): string {
  return `no request came for ${inSeconds(quiet)}`;
}

function was(count: number): string {
  return count === 1 ? "was" : "were";
}
