import type { Probe } from "./probe.ts";

/**
 * The path or paths of each probe, in place of its defaults; `false` disables its routes. A
 * trailing slash makes no difference.
 */
export type Paths = { readonly [P in Probe]?: string | readonly string[] | false | undefined };
