import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of an h3 event that the middleware reads. */
export interface H3EventLike {
  readonly req: Request & {
    /** The address of the caller, where the runtime provides it. */
    readonly ip?: string | undefined;
    /** The runtime's context of the request. */
    readonly runtime?: { readonly node?: { readonly req?: object } | undefined } | undefined;
  };
}

/** Middleware for h3 2. */
export type H3Middleware = (event: H3EventLike, next: () => unknown) => Promise<unknown>;

/**
 * Makes h3 middleware for the probe routes; other paths go on to `next`. Add it before any middleware that
 * probes should bypass. It runs on every runtime of h3.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { H3 } from "h3";
 * import { createHealth } from "hale";
 * import { healthMiddleware } from "hale/h3";
 *
 * const app = new H3();
 * app.use(healthMiddleware(createHealth()));
 * ```
 */
export function healthMiddleware(health: Health, ...more: []): H3Middleware {
  requireOnlyHealth("healthMiddleware()", health, more, "app.use(healthMiddleware(health))");
  const mount = new FrameworkMount("healthMiddleware()", health);
  return async ({ req }, next) => {
    // The Node request has the target exactly as it was sent.
    const incoming = req.runtime?.node?.req as IncomingMessage | undefined;
    const asked =
      incoming === undefined ? health.handle(toHealthRequest(req, req.ip)) : mount.handle(incoming);
    const answer = await asked;
    return answer === undefined ? next() : toResponse(answer);
  };
}
