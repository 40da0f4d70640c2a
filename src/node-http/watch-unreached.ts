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

/** Notes that a request has reached a mount on a server. */
export function noteReached(server: object | undefined): void {
  if (server !== undefined) reached.add(server);
}

/**
 * Watches the responses of the process until a mount is reached, and warns once when other code answers a path of
 * hale before. Returns a function that ends it. A health that nothing else needs is not kept in memory.
 */
export function watchUnreached(internals: HealthInternals | undefined, owner: string): () => void {
  const { subscribe, unsubscribe } = channels ?? {};
  if (internals === undefined || !subscribe || !unsubscribe) return () => {};
  const parts = new WeakRef(internals);
  let watches = true;
  const stop = () => {
    if (watches) unsubscribe(FINISHED, listener);
    watches = false;
  };
  function listener(message: unknown) {
    const { router, log, lifecycle } = parts.deref() ?? {};
    if (!router || !log || lifecycle?.phase === "draining") return stop();
    const { request, response, server } = message as FinishedResponse;
    const { statusCode } = response;
    // A redirect, or a refusal of the caller, may be intended to come first.
    if (statusCode !== 404 && statusCode !== 200) return;
    if (request.method !== "GET" && request.method !== "HEAD") return;
    const [path = ""] = (request.originalUrl ?? request.url ?? "").split("?", 1);
    if (router(path) === undefined || isProbe(request) || isAttached(server) || reached.has(server))
      return;
    stop();
    const text = `${request.method} ${path}${portOf(server)} was answered ${statusCode} by other code before it reached ${owner}. Mount that first, without a path, before routes and 404 handlers.`;
    log("warn", `${text} (${CODE})`, { code: CODE, path, status: statusCode });
  }
  subscribe(FINISHED, listener);
  return stop;
}

/** Names the port of a server, since it may be another one than that of the mount. */
function portOf(server: ListeningServer): string {
  const address = server.address?.();
  return typeof address === "object" && address !== null ? ` on port ${address.port}` : "";
}
