import type { DrainLead } from "../cluster/primary-orders.ts";
import { type Condition, noRequestsFor, STILL_REQUESTS, withoutRequests } from "./drain-phrases.ts";
import { type DrainState, minimumOf, quietOf } from "./drain-state.ts";

/**
 * Milliseconds after which a worker that has got a signal ends by itself: where a whole group of
 * processes gets the signal, the primary may get it a little later.
 */
const ALONE = 500;

/**
 * The condition in a worker of a cluster: the primary, which alone sees the probers, has finished its own drain, and no
 * request has come to this worker for `quiet`, be it before that or after.
 */
export function afterRelease({ draining, released }: DrainLead, state: DrainState): Condition {
  const { now, began, lastRequest } = state;
  const quiet = quietOf(state);
  const silence = {
    awaited: `the drain of the primary and ${withoutRequests(quiet)}`,
    missing: STILL_REQUESTS,
  };
  if (released !== undefined) {
    const until = Math.max(released, minimumOf(state), lastRequest + quiet);
    return { ...silence, until, met: `the drain of the primary finished; ${noRequestsFor(quiet)}` };
  }
  const alone = began + ALONE;
  if (draining || now < alone) {
    const missing = "the drain of the primary was not finished";
    return { ...silence, until: draining ? Infinity : alone, missing };
  }
  const until = Math.max(alone, minimumOf(state), began + quiet);
  return { ...silence, until, met: "the primary goes on without this worker" };
}
