import type { IncomingMessage, ServerResponse } from "node:http";
import type { WarningCode } from "../contract/errors.ts";
import { sharedState } from "../contract/shared-state.ts";
import type { HealthInternals } from "../health-internals.ts";
import { isProbe } from "./node-request.ts";
import { isAttached } from "./server-intercept.ts";

/** The channel on which Node publishes each response of an HTTP/1 server. */
const FINISHED = "http.server.response.finish";

const CODE: WarningCode = "HALE_MOUNT_UNREACHED";

interface FinishedResponse {
  readonly request: IncomingMessage & { readonly originalUrl?: string };
  readonly response: ServerResponse;
  readonly server: ListeningServer;
}

interface ListeningServer {
  address?(): { readonly port: number } | string | null;
}

interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
  unsubscribe(name: string, listener: (message: unknown) => void): void;
}

const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
const channels = process?.getBuiltinModule?.("diagnostics_channel") as
  | Partial<Channels>
  | undefined;

/** The servers on which a request has reached a mount: what other code answers there is no sign for another one. */
const reached = sharedState("reached servers", () => new WeakSet<object>());

/** The servers that each health has warned of: what its first mount has logged, a second one does not repeat. */
const warned = sharedState("warned servers", () => new WeakMap<object, WeakSet<object>>());

/** The number of responses of other code, on one server, by which a mount that no request has reached is suspected. */
const SUSPECTED_AFTER = 2;

/** The statuses of routes and of 404 handlers. A redirect, or a refusal of the caller, may be intended to come first. */
const TELLING: readonly number[] = [200, 204, 404];

/**
 * The watch over one mount: it follows the responses of the process, and warns once for each server, whatever the number
 * of mounts, when other code answers a path of hale there, before the mount. A health that nothing else needs is not
 * kept in memory.
 */
export class UnreachedWatch {
  readonly #internals: WeakRef<HealthInternals> | undefined;
  readonly #owner: string;
  /** The servers whose requests have reached this mount, and whether one of them came without a prefix. */
  readonly #reached = new WeakMap<object, "at the root" | "below a prefix">();
  /** The responses of other code on a path of hale, by server, before any request has reached this mount. */
  readonly #sightings = new WeakMap<object, number>();
  #isReached = false;
  #isActive = false;

  constructor(internals: HealthInternals | undefined, owner: string) {
    this.#owner = owner;
    if (internals === undefined || !channels?.subscribe || !channels.unsubscribe) return;
    this.#internals = new WeakRef(internals);
    this.#isActive = true;
    channels.subscribe(FINISHED, this.#onFinished);
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Notes that a request of a server has reached the mount; that of a mock has no server. */
  reach(server: object | undefined, isBelowPrefix: boolean): void {
    this.#isReached = true;
    if (server === undefined) return;
    reached.add(server);
    if (!isBelowPrefix) this.#reached.set(server, "at the root");
    else if (!this.#reached.has(server)) this.#reached.set(server, "below a prefix");
  }

  stop(): void {
    if (this.#isActive) channels?.unsubscribe?.(FINISHED, this.#onFinished);
    this.#isActive = false;
  }

  readonly #onFinished = (message: unknown): void => {
    const internals = this.#internals?.deref();
    if (internals === undefined || internals.lifecycle.phase === "draining") {
      this.stop();
      return;
    }
    const { router, log } = internals;
    const { request, response, server } = message as FinishedResponse;
    const { method } = request;
    const { statusCode: status } = response;
    if ((method !== "GET" && method !== "HEAD") || !TELLING.includes(status)) return;
    const [path = ""] = (request.originalUrl ?? request.url ?? "").split("?", 1);
    if (router(path) === undefined || isProbe(request) || isAttached(server)) return;
    const advice = this.#adviceFor(server);
    if (advice === undefined || !isFirst(internals, server)) return;
    const text = `${method} ${path}${portOf(server)} was answered ${status} by other code before it reached ${this.#owner}. ${advice}`;
    log("warn", `${text} (${CODE})`, { code: CODE, path, status });
  };

  /** Advises on a server whose other code has answered a path of hale; `undefined` where that says nothing. */
  #adviceFor(server: object): string | undefined {
    if (this.#isReached) {
      if (this.#reached.get(server) !== "at the root") return undefined;
      return `Other requests reach it. Remove that route, mount ${this.#owner} before it in the root of the app, or leave the path out of "paths".`;
    }
    const sightings = (this.#sightings.get(server) ?? 0) + 1;
    this.#sightings.set(server, sightings);
    if (reached.has(server) || sightings < SUSPECTED_AFTER) return undefined;
    return "Mount that first, without a path, before routes and 404 handlers. Where it is meant to stand below a prefix, or on another port, send the probes there.";
  }
}

/** Whether a health warns of a server for the first time. */
function isFirst(internals: HealthInternals, server: object): boolean {
  const servers = warned.get(internals) ?? new WeakSet();
  warned.set(internals, servers);
  if (servers.has(server)) return false;
  servers.add(server);
  return true;
}

/** Names the port of a server, since it may be another one than that of the mount. */
function portOf(server: ListeningServer): string {
  const address = server.address?.();
  return typeof address === "object" && address !== null ? ` on port ${address.port}` : "";
}
