import type { Check } from "./check.ts";

/**
 * The header of a request from a `hale` check. The report leaves out the checks that call another
 * health, so that services which check each other do not wait for themselves.
 */
export const HOP_HEADER = "hale-hop";

const HOP = Symbol.for("hale.hop/1");

/** Marks a check that calls the health of another service, which may call this one in turn. */
export function markAsHop(check: Check): Check {
  return Object.freeze({ ...check, [HOP]: true });
}

/** Whether a check calls the health of another service. */
export function isHop(check: Check): boolean {
  return HOP in check;
}
