import { badPath, quoted } from "../contract/misuse.ts";
import { ANY, validateOptions } from "../contract/options.ts";
import type { Paths } from "../contract/paths.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** The route of a path: a probe, or one name below it. */
export interface Route {
  readonly probe: Probe;
  /** The name of a check or group, which need not exist; the segments below a group are joined with dots. */
  readonly check: string | undefined;
}

const DEFAULT_PATHS: { readonly [P in Probe]: readonly string[] } = {
  liveness: ["/health", "/health/live", "/livez", "/healthz"],
  readiness: ["/health/ready", "/readyz"],
  startup: ["/health/startup", "/startupz"],
  deep: ["/health/deep"],
};

/** Paths without names below them: `/health/<name>` belongs to the application. */
const CHILDLESS: ReadonlySet<string> = new Set(["/health", "/"]);

/** The rules of the option names; {@link createRouter} validates the paths, with an error of their own. */
const PATHS_RULES = Object.fromEntries(PROBES.map((probe) => [probe, ANY]));

/** A function that finds the route of a path; `undefined` when the path belongs to the application. */
export type Router = (path: string) => Route | undefined;

/** The options of a router besides the paths. */
export interface RouterOptions {
  /** Whether a check or a group has this name. */
  readonly isName: (name: string) => boolean;
  /** The probe at `/`, where the service sets no such path. */
  readonly root?: Probe | undefined;
}

/** A path that may have names below it. */
interface Parent {
  readonly prefix: string;
  readonly probe: Probe;
  /** Whether the service set the path, below which the application may have others. */
  readonly own: boolean;
}

/**
 * Makes the router of one service.
 *
 * @throws `HALE_BAD_PATH`, `HALE_UNKNOWN_OPTION`
 */
export function createRouter(paths: Paths, { isName, root }: RouterOptions): Router {
  validateOptions("paths", paths, PATHS_RULES);
  const exact = new Map<string, Route>();
  const parents: Parent[] = [];
  for (const probe of PROBES) {
    const own = paths[probe] !== undefined;
    for (const path of pathsOf(probe, paths)) {
      if (exact.has(path)) throw badPath(path, "is given twice");
      const route: Route = { probe, check: undefined };
      exact.set(path, route);
      if (path !== "/") exact.set(`${path}/`, route);
      if (!CHILDLESS.has(path)) parents.push({ prefix: `${path}/`, probe, own });
    }
  }
  if (root !== undefined && !exact.has("/")) exact.set("/", { probe: root, check: undefined });
  // The longest first, because one may be below another.
  parents.sort((one, other) => other.prefix.length - one.prefix.length);
  return (path) => exact.get(path) ?? childRoute(path, parents, isName);
}

function childRoute(
  path: string,
  parents: readonly Parent[],
  isName: RouterOptions["isName"],
): Route | undefined {
  const parent = parents.find(({ prefix }) => path.startsWith(prefix));
  if (parent === undefined) return undefined;
  const { prefix, probe, own } = parent;
  const below = path.slice(prefix.length, path.endsWith("/") ? -1 : undefined);
  if (own && !isName(below)) return undefined;
  return { probe, check: below.replaceAll("/", ".") };
}

function pathsOf(probe: Probe, paths: Paths): readonly string[] {
  const given = paths[probe] === undefined ? DEFAULT_PATHS[probe] : paths[probe];
  if (given === false) return [];
  // A value that is neither a path nor a list of paths, or an empty list, is refused as a path.
  return (given?.length ? [given].flat() : [given]).map((path) => {
    if (typeof path !== "string" || !PATH.test(path)) {
      throw badPath(String(path), "is no absolute path");
    }
    const pattern = path.split("/").find((segment) => PATTERN.test(segment));
    if (pattern !== undefined) {
      throw badPath(
        path,
        `holds the pattern ${quoted(pattern)}, and paths are compared as they are`,
      );
    }
    return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  });
}

/** Matches an absolute path without empty segments, of the characters that a client may send (RFC 3986, section 3.3). */
const PATH = /^\/$|^(?:\/[\w\-.~!$&'()*+,;=:@%]+)+\/?$/;

/** Matches a segment that routers of frameworks take for a parameter or a wildcard. */
const PATTERN = /^[:*]|\*$/;
