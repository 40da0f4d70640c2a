import type { IncomingMessage } from "node:http";
import type { WarningCode } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";
import { handleFrameworkRequest } from "./node-request.ts";
import { isAttached } from "./server-intercept.ts";
import { noteServing } from "./serving-mounts.ts";
import { UnreachedWatch } from "./watch-unreached.ts";

/** One mount that has passed a request on, and the target as that mount saw it. */
interface Pass {
  readonly mount: object;
  readonly health: Health;
  readonly url: string;
}

/** The requests that mounts have passed on while they are verified. */
const passes = sharedState("passed requests", () => new WeakMap<IncomingMessage, Pass[]>());

/** The number of passed requests by which a mount is verified: one mounted twice sees the first of them twice. */
const VERIFIED_AFTER = 2;

/** The number of answered probes by which a mount is known to be reached. */
const REACHED_AFTER = 20;

/** The number of passed requests below a prefix whose whole path is compared with the paths of hale. */
const PREFIX_VERIFIED_AFTER = 100;

/** The healths that are registered on each app. */
const registered = sharedState("registered healths", () => new WeakMap<object, WeakSet<Health>>());

/**
 * The mount of a health in a framework on Node. It handles requests, and warns once of each mistake in mounting:
 * below a prefix that doubles the paths, twice, or behind code that answers for it. After its first requests this costs nothing.
 */
export class FrameworkMount {
  readonly #health: Health;
  readonly #owner: string;
  readonly #internals: HealthInternals | undefined;
  readonly #watch: UnreachedWatch;
  #answered = 0;
  #passed = 0;
  #passedBelowPrefix = 0;

  /** `owner` is the function that the service has called, for the warnings. */
  constructor(owner: string, health: Health) {
    this.#owner = owner;
    this.#health = health;
    // What another library calls a health has no log.
    this.#internals = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
    this.#watch = new UnreachedWatch(this.#internals, owner);
  }

  /** Warns when the health is registered on an app that has it already. */
  registeredOn(app: object): void {
    const healths = registered.get(app) ?? new WeakSet();
    registered.set(app, healths);
    if (healths.has(this.#health)) this.#warnOfTwo("the one before it");
    healths.add(this.#health);
  }

  /**
   * Handles a request; returns `undefined` when the path is not hale's. `originalUrl` is its target before the
   * framework removed the prefix of the mount.
   */
  handle(request: IncomingMessage, originalUrl?: string): ReturnType<Health["handle"]> {
    const answer = handleFrameworkRequest(this.#health, request);
    const isBelowPrefix = originalUrl !== undefined && originalUrl !== request.url;
    if (this.#watch.isActive) this.#watch.reach(serverOf(request), isBelowPrefix);
    if (answer !== undefined) {
      if (this.#watch.isActive && ++this.#answered === REACHED_AFTER) this.#watch.stop();
      return answer;
    }
    if (this.#passed < VERIFIED_AFTER) this.#verify(request, isBelowPrefix);
    if (isBelowPrefix && this.#passedBelowPrefix < PREFIX_VERIFIED_AFTER)
      this.#verifyPrefix(originalUrl, request.url ?? "");
    return undefined;
  }

  /** Warns when another mount, or `attach`, has seen a request that this one passes on. */
  #verify(request: IncomingMessage, isBelowPrefix: boolean): void {
    const { url = "" } = request;
    const health = this.#health;
    const server = serverOf(request);
    if (server !== undefined) noteServing(server, health, this.#owner);
    const earlier = passes.get(request) ?? [];
    passes.set(request, [...earlier, { mount: this, health, url }]);
    // One mount may stand below several prefixes, and then sees several targets of one request.
    if (!earlier.some(({ mount }) => mount === this)) this.#passed++;
    const isAlso = !isBelowPrefix && isAttached(server, health);
    if (!isAlso && !earlier.some((one) => one.health === health && one.url === url)) return;
    this.#warnOfTwo(isAlso ? "attach()" : "the one before it");
  }

  #warnOfTwo(first: string): void {
    this.#passed = VERIFIED_AFTER;
    const code: WarningCode = "HALE_MOUNT_TWICE";
    const text = `${this.#owner} is mounted twice for one health: ${first} answers every probe. Remove one of the two.`;
    this.#internals?.log("warn", `${text} (${code})`, { code });
  }

  /** Warns when a prefix that ends as a path of hale begins has made a path of hale one that hale does not answer. */
  #verifyPrefix(originalUrl: string, url: string): void {
    this.#passedBelowPrefix++;
    const path = pathOf(originalUrl);
    const rest = pathOf(url);
    const prefix = path.endsWith(rest) ? path.slice(0, -rest.length) : path;
    const outer = outerOf(
      prefix,
      (below) => this.#internals?.router(`${below}${path.slice(prefix.length)}`) !== undefined,
    );
    if (outer === undefined) return;
    this.#passedBelowPrefix = PREFIX_VERIFIED_AFTER;
    const code: WarningCode = "HALE_MOUNT_PREFIX";
    const place = outer === "" ? "without a path" : `below ${outer}`;
    const text = `${this.#owner} is mounted below ${prefix}, so ${path} is not answered, but ${prefix}${path.slice(outer.length)} is. Mount it ${place}, or set "paths".`;
    this.#internals?.log("warn", `${text} (${code})`, { code });
  }
}

/** Finds the part of a prefix that may stay: what follows it is the beginning of a path of hale. */
function outerOf(prefix: string, isPath: (below: string) => boolean): string | undefined {
  for (let end = 0; end >= 0; end = prefix.indexOf("/", end + 1)) {
    if (isPath(prefix.slice(end))) return prefix.slice(0, end);
  }
  return undefined;
}

/** Returns the server of a request; that of a mock, or of a shim of serverless functions, has none. */
function serverOf({ socket }: IncomingMessage): object | undefined {
  return (socket as { readonly server?: object } | undefined)?.server;
}

/** Returns the path of a request target. */
function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}
