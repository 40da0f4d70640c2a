/**
 * The header of a request that comes from a `hale` check. It is answered without the checks that ask
 * another health, so that services which ask each other do not wait for themselves.
 */
export const HOP_HEADER = "hale-hop";

/** The group of these checks. No check can have a name with a space. */
export const HOP_GROUP = "hale hop";
