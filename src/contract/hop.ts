import type { Check } from "./check.ts";

/**
 * The header of a request that comes from a `hale` check. It is answered without the checks that ask
 * another health, so that services which ask each other do not wait for themselves.
 */
export const HOP_HEADER = "hale-hop";

const HOP = Symbol.for("hale.hop/1");

/** Marks a check that asks the health of another service, which may ask this one in turn. */
export function markAsHop(check: Check): Check {
  return Object.freeze({ ...check, [HOP]: true });
}

/** Whether a check asks the health of another service. */
export function isHop(check: Check): boolean {
  return HOP in check;
}
