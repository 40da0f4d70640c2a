import { ANY } from "../contract/literal-option.ts";
import { badPath } from "../contract/misuse.ts";
import { validateOptions } from "../contract/options.ts";
import type { Paths } from "../contract/paths.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** What a path asks for: a probe, or one name below it. */
export interface Route {
  readonly probe: Probe;
  /** The name of a check, of a group, or of nothing; what stands below a group is joined with dots. */
  readonly check: string | undefined;
}

const DEFAULT_PATHS: { readonly [P in Probe]: readonly string[] } = {
  liveness: ["/health", "/health/live", "/livez", "/healthz"],
  readiness: ["/health/ready", "/readyz"],
  startup: ["/health/startup", "/startupz"],
  deep: ["/health/deep"],
};

/** Paths that no name stands below: `/health/<name>` belongs to the application. */
const CHILDLESS: ReadonlySet<string> = new Set(["/health", "/"]);

/** What a path must be is said by {@link createRouter}, with an error of its own. */
const PATHS_RULES = Object.fromEntries(PROBES.map((probe) => [probe, ANY]));

/** Finds the route of a path; `undefined` when the path belongs to the application. */
export type Router = (path: string) => Route | undefined;

/**
 * Makes the router of one service.
 *
 * @throws `HALE_BAD_PATH`, `HALE_UNKNOWN_OPTION`
 */
export function createRouter(paths: Paths): Router {
  validateOptions("paths", paths, PATHS_RULES);
  const exact = new Map<string, Route>();
  const parents = new Map<string, Probe>();
  for (const probe of PROBES) {
    for (const path of pathsOf(probe, paths)) {
      if (exact.has(path)) throw badPath(path, "is given twice");
      const route: Route = { probe, check: undefined };
      exact.set(path, route);
      if (path !== "/") exact.set(`${path}/`, route);
      if (!CHILDLESS.has(path)) parents.set(`${path}/`, probe);
    }
  }
  // The longest first, because one may stand below another.
  const longestFirst = [...parents].sort(([one], [other]) => other.length - one.length);
  return (path) => exact.get(path) ?? childRoute(path, longestFirst);
}

function childRoute(
  path: string,
  parents: readonly (readonly [string, Probe])[],
): Route | undefined {
  const whole = path.endsWith("/") ? path.slice(0, -1) : path;
  for (const [parent, probe] of parents) {
    if (whole.startsWith(parent))
      return { probe, check: whole.slice(parent.length).replaceAll("/", ".") };
  }
  return undefined;
}

function pathsOf(probe: Probe, paths: Paths): readonly string[] {
  const given = paths[probe] === undefined ? DEFAULT_PATHS[probe] : paths[probe];
  if (given === false) return [];
  // What is no path and no list of them, or an empty one, is told of as a path.
  return (given?.length ? [given].flat() : [given]).map((path) => {
    if (typeof path !== "string" || !PATH.test(path)) {
      throw badPath(String(path), "is no absolute path");
    }
    return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  });
}

/** An absolute path without an empty segment, of what a client may send in one: RFC 3986, section 3.3. */
const PATH = /^\/$|^(?:\/[\w\-.~!$&'()*+,;=:@%]+)+\/?$/;
