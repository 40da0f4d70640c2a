import type { IncomingMessage } from "node:http";
import type { WarningCode } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";
import { handleFrameworkRequest } from "./node-request.ts";
import { isAttached } from "./server-intercept.ts";
import { noteReached, watchUnreached } from "./watch-unreached.ts";

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

/** The number of passed requests below a prefix whose whole path is compared with the paths of hale. */
const PREFIX_VERIFIED_AFTER = 100;

/**
 * The mount of a health in a framework on Node. It handles requests, and warns once of each mistake in mounting:
 * below a prefix that doubles the paths, twice, or behind code that answers for it. A verified mount costs
 * nothing.
 */
export class FrameworkMount {
  readonly #health: Health;
  readonly #owner: string;
  readonly #internals: HealthInternals | undefined;
  readonly #stopWatching: () => void;
  #passed = 0;
  #passedBelowPrefix = 0;

  /** `owner` is the function that the service has called, for the warnings. */
  constructor(owner: string, health: Health) {
    this.#owner = owner;
    this.#health = health;
    // What another library calls a health has no log.
    this.#internals = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
    this.#stopWatching = watchUnreached(this.#internals, owner);
  }

  /**
   * Handles a request; returns `undefined` when the path is not hale's. `originalUrl` is its target before the
   * framework removed the prefix of the mount.
   */
  handle(request: IncomingMessage, originalUrl?: string): ReturnType<Health["handle"]> {
    if (this.#passed === 0) this.#reached(request);
    const answer = handleFrameworkRequest(this.#health, request);
    if (answer !== undefined) return answer;
    const isBelowPrefix = originalUrl !== undefined && originalUrl !== request.url;
    if (this.#passed < VERIFIED_AFTER) this.#verify(request, isBelowPrefix);
    if (isBelowPrefix && this.#passedBelowPrefix < PREFIX_VERIFIED_AFTER)
      this.#verifyPrefix(originalUrl, request.url ?? "");
    return undefined;
  }

  #reached(request: IncomingMessage): void {
    this.#stopWatching();
    noteReached(serverOf(request));
  }

  /** Warns when another mount, or `attach`, has seen a request that this one passes on. */
  #verify(request: IncomingMessage, isBelowPrefix: boolean): void {
    const { url = "" } = request;
    const health = this.#health;
    const earlier = passes.get(request) ?? [];
    passes.set(request, [...earlier, { mount: this, health, url }]);
    // One mount may stand below several prefixes, and then sees several targets of one request.
    if (!earlier.some(({ mount }) => mount === this)) this.#passed++;
    const isAlso = !isBelowPrefix && isAttached(serverOf(request), health);
    if (!isAlso && !earlier.some((one) => one.health === health && one.url === url)) return;
    this.#passed = VERIFIED_AFTER;
    const first = isAlso ? "attach()" : "the one before it";
    const code: WarningCode = "HALE_MOUNT_TWICE";
    const text = `${this.#owner} is mounted twice for one health: ${first} answers every probe. Remove one of the two.`;
    this.#internals?.log("warn", `${text} (${code})`, { code });
  }

  /** Warns when a prefix has made a path of hale one that hale does not answer. */
  #verifyPrefix(originalUrl: string, url: string): void {
    this.#passedBelowPrefix++;
    const path = pathOf(originalUrl);
    if (this.#internals?.router(path) === undefined) return;
    this.#passedBelowPrefix = PREFIX_VERIFIED_AFTER;
    const rest = pathOf(url);
    const prefix = path.endsWith(rest) ? path.slice(0, -rest.length) : path;
    const code: WarningCode = "HALE_MOUNT_PREFIX";
    const text = `${this.#owner} is mounted below ${prefix}, so ${path} is not answered, but ${prefix}${path} is. Mount it without a path, or set "paths".`;
    this.#internals.log("warn", `${text} (${code})`, { code });
  }
}

/** Returns the server of a request; that of a mock, or of a shim of serverless functions, has none. */
function serverOf({ socket }: IncomingMessage): object | undefined {
  return (socket as { readonly server?: object } | undefined)?.server;
}

/** Returns the path of a request target. */
function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}
