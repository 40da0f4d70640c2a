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

  /** Learns the prefix of a target that hale has answered, by the targets of the requests that are in flight. */
  learn(answered: string, targets: readonly string[]): void {
    const { path } = parseTarget(answered);
    if (!this.#isRoute(path)) return;
    for (const target of targets) {
      if (this.#prefixes.size === MOST_PREFIXES) return;
      if (!target.includes(path)) continue;
      const outer = parseTarget(target).path;
      if (outer.length > path.length && outer.endsWith(path)) {
        this.#prefixes.add(outer.slice(0, -path.length));
      }
    }
  }
}

/** A service has one prefix, or few; callers may send any number. */
const MOST_PREFIXES = 10;
