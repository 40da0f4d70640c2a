import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { handleFrameworkRequest } from "../node-http/node-request.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of an event of h3 that the middleware reads. */
export interface H3EventLike {
  readonly req: Request & {
    /** The address that it comes from, where the runtime tells. */
    readonly ip?: string | undefined;
    /** What the runtime gives with a request. */
    readonly runtime?: { readonly node?: { readonly req?: object } | undefined } | undefined;
  };
}

/** What h3 2 takes as middleware. */
export type H3Middleware = (event: H3EventLike, next: () => unknown) => Promise<unknown>;

/**
 * h3 middleware for the probe routes; other paths go on to `next`. Use it before anything that a
 * probe should not run through. It runs wherever h3 does.
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
  requireOnlyHealth("healthMiddleware()", health, more);
  return async ({ req }, next) => {
    // The request of Node has its target as it was sent.
    const incoming = req.runtime?.node?.req as IncomingMessage | undefined;
    const asked =
      incoming === undefined
        ? health.handle(toHealthRequest(req, req.ip))
        : handleFrameworkRequest(health, incoming);
    const answer = await asked;
    return answer === undefined ? next() : toResponse(answer);
  };
}
