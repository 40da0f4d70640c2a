import { inSeconds } from "../telemetry/in-seconds.ts";
import { type Condition, noRequestsFor, STILL_REQUESTS, withoutRequests } from "./drain-phrases.ts";
import { type DrainState, minimumOf, quietOf } from "./drain-state.ts";
import { RECENT } from "./probers.ts";
import { afterRelease } from "./worker-drain.ts";

/** Whether a drain is over and why, or in how many milliseconds to decide again if nothing happens. */
export type DrainDecision =
  | { readonly over: true; readonly why: string }
  | { readonly over: false; readonly again: number };

/** The reason of a drain that ended because other code had closed the port: neither requests nor probes come. */
export const PORT_CLOSED = "other code closed the port";

/** The reasons of a drain that has no server of its own, by what was given that of the health. */
const NO_SERVER_GIVEN = {
  none: "gracefulShutdown() was given no server (servers), so it does not wait for requests in flight",
  another: "another shutdown was given the server",
};

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

/** Describes what a drain that begins now waits for, for how long at most, and whether another signal ends that. */
export function describeWait(state: DrainState, endsBySignal = false): string {
  const { awaited, met } = conditionOf(state);
  if (awaited === undefined) return `nothing to wait for: ${met}`;
  const signal = endsBySignal ? "; another signal after 1 s ends it at once" : "";
  return `waiting for ${awaited}, at most ${inSeconds(state.settings.max)}${signal}`;
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

function conditionOf(state: DrainState): Condition {
  const { began, started, kubernetes, reachable, serverOwner, siblings } = state;
  const { portClosed, lead, lastRequest, probers, settings } = state;
  if (portClosed) return nothing(began + (settings.min ?? 0), PORT_CLOSED);
  if (lead !== undefined) return afterRelease(lead, state);
  const ungiven = serverOwner && NO_SERVER_GIVEN[serverOwner];
  if (settings.min === undefined) {
    if (!started) return nothing(began, "the service had not started");
    if (kubernetes && !reachable) {
      return nothing(began, ungiven ?? "there is no server to drain");
    }
  }
  if (kubernetes) return afterSilence(state);
  if (probers.length > 0) return afterProbers(state);
  if (siblings) return besideSiblings(state);
  if (settings.min === undefined && lastRequest < began - RECENT) {
    return nothing(
      began,
      ungiven ?? "no recurring prober and no application request in the last minute",
    );
  }
  return afterSilence(state);
}

function nothing(began: number, met: string): Condition {
  return { until: began, met, missing: met };
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
    met: [passed && `${passed} passed`, cause, noRequestsFor(quiet)].filter(Boolean).join("; "),
    missing: STILL_REQUESTS,
    awaited: [passed && `${passed} to pass`, withoutRequests(quiet)].filter(Boolean).join(" and "),
  };
}

/** Kept connections have this time to be used once more, and to be closed by the response to that. */
function besideSiblings(state: DrainState): Condition {
  const quiet = quietOf(state);
  const until = Math.max(minimumOf(state), state.began + quiet);
  const passed = inSeconds(until - state.began);
  const met = `${passed} passed; other processes take new connections`;
  return { until, met, missing: STILL_REQUESTS, awaited: `${passed} to pass` };
}

function afterProbers(state: DrainState): Condition {
  const { began, lastRequest, probers, settings } = state;
  const { failedProbes } = settings;
  const quiet = quietOf(state);
  const awaited = `every recent prober (${probers.length}) to receive ${failedProbes} × 503, then ${withoutRequests(quiet)}`;
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
    met: `every recent prober (${probers.length}) received ${failedProbes} × 503; ${noRequestsFor(quiet)}`,
    missing: STILL_REQUESTS,
    awaited,
  };
}
