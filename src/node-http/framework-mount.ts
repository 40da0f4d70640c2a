import type { IncomingMessage } from "node:http";
import type { WarningCode } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";
import { handleFrameworkRequest } from "./node-request.ts";
import { isAttached } from "./server-intercept.ts";
import { noteReached, watchUnreached } from "./watch-unreached.ts";

/** The requests that a mount has passed on, while it is verified, with the health of that mount. */
const passedBy = sharedState("passed requests", () => new WeakMap<IncomingMessage, Health>());

/** The number of passed requests by which a mount is verified: one mounted twice sees the first of them twice. */
const VERIFIED_AFTER = 2;

/**
 * The mount of a health in a framework on Node. It handles requests, and warns once of each mistake in mounting:
 * below a prefix that doubles the paths, twice, or behind code that answers for it. A verified mount costs nothing.
 */
export class FrameworkMount {
  readonly #health: Health;
  readonly #owner: string;
  readonly #internals: HealthInternals | undefined;
  readonly #stopWatching: () => void;
  #passed = 0;
  #isPrefixed = false;

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
    if (this.#passed < VERIFIED_AFTER) this.#verify(request);
    if (originalUrl !== undefined && originalUrl !== request.url)
      this.#verifyPrefix(originalUrl, request.url ?? "");
    return undefined;
  }

  #reached({ socket }: IncomingMessage): void {
    this.#stopWatching();
    noteReached((socket as { readonly server?: object }).server);
  }

  /** Warns when another mount, or `attach`, has seen a request that this one passes on. */
  #verify(request: IncomingMessage): void {
    this.#passed++;
    const { server } = request.socket as { readonly server?: object };
    const isAlso = isAttached(server, this.#health);
    if (passedBy.get(request) !== this.#health && !isAlso) {
      passedBy.set(request, this.#health);
      return;
    }
    this.#passed = VERIFIED_AFTER;
    const first = isAlso ? "attach()" : "the one before it";
    const code: WarningCode = "HALE_MOUNT_TWICE";
    const text = `${this.#owner} is mounted twice for one health: ${first} answers every probe. Remove one of the two.`;
    this.#internals?.log("warn", `${text} (${code})`, { code });
  }

  /** Warns when a prefix has made a path of hale one that hale does not answer. */
  #verifyPrefix(originalUrl: string, url: string): void {
    if (this.#isPrefixed) return;
    const path = pathOf(originalUrl);
    if (this.#internals?.router(path) === undefined) return;
    this.#isPrefixed = true;
    const rest = pathOf(url);
    const prefix = path.endsWith(rest) ? path.slice(0, -rest.length) : path;
    const code: WarningCode = "HALE_MOUNT_PREFIX";
    const text = `${this.#owner} is mounted below ${prefix}, so ${path} is not answered, but ${prefix}${path} is. Mount it without a path, or set "paths".`;
    this.#internals.log("warn", `${text} (${code})`, { code });
  }
}

/** Returns the path of a request target. */
function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}
