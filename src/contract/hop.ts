/**
 * The header of a request that comes from a `hale` check. It is answered without the checks that ask
 * another health, so that services which ask each other do not wait for themselves.
 */
export const HOP_HEADER = "hale-hop";

/**
 * The group of these checks. Nobody can name it from outside: no URL decodes to half of a character of
 * UTF-16, and no check can be named so.
 */
export const HOP_GROUP = "\ud800";
