import type { Probe } from "./probe.ts";

/**
 * Where each probe is answered, in place of its default paths; `false` switches its routes off. A
 * trailing slash makes no difference.
 */
export type Paths = { readonly [P in Probe]?: string | readonly string[] | false | undefined };
