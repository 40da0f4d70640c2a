import { parseTarget } from "../http/parse-target.ts";

/**
 * The paths of probes as a server of Node sees them. A framework may strip a prefix before hale sees a path, as
 * Next.js does with its `basePath`; such a prefix is learned from the readiness that hale has answered.
 *
 * @internal
 */
export class ProbePaths {
  readonly #isRoute: (path: string) => boolean;
  readonly #prefixes = new Set<string>();

  constructor(isRoute: (path: string) => boolean) {
    this.#isRoute = isRoute;
  }

  /** Whether a request to this path is a probe. */
  includes(path: string): boolean {
    if (this.#isRoute(path)) return true;
    for (const prefix of this.#prefixes) {
      if (path.startsWith(prefix) && this.#isRoute(path.slice(prefix.length))) return true;
    }
    return false;
  }

  /**
   * Learns the prefix of a target that hale has answered, by the targets of the requests in flight, of which it is one.
   * Where several could be it, none is.
   */
  learn(answered: string, targets: Iterable<string>): void {
    const { path } = parseTarget(answered);
    // Any directory ends like the root.
    if (path === "/" || !this.#isRoute(path) || this.#prefixes.size === MOST_PREFIXES) return;
    const found = new Set<string>();
    for (const target of targets) {
      if (!target.includes(path)) continue;
      const outer = parseTarget(target).path;
      if (this.includes(outer)) return;
      if (outer.endsWith(path)) found.add(outer.slice(0, -path.length));
    }
    const [prefix] = found;
    if (prefix !== undefined && found.size === 1) this.#prefixes.add(prefix);
  }
}

/** A service has one prefix, or few; callers may send any number. */
const MOST_PREFIXES = 10;
