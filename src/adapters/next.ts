import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** What Next.js calls for a request that a route is for. */
export type NextRouteHandler = (request: Request) => Promise<Response>;

/** The handlers that a route exports. */
export type NextRoute = Readonly<Record<(typeof METHODS)[number], NextRouteHandler>>;

/** Every method, since Next.js itself answers those that a route does not export, without `Allow`. */
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Next.js route handlers for the probe routes, for an optional catch-all segment of the App Router:
 * `app/health/[[...path]]/route.ts`. A path of that segment that is not hale's is 404.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { healthRouteHandlers } from "hale/next";
 *
 * export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = healthRouteHandlers(createHealth());
 * ```
 */
export function healthRouteHandlers(health: Health, ...more: []): NextRoute {
  requireOnlyHealth("healthRouteHandlers()", health, more);
  const answer: NextRouteHandler = async (request) => {
    const asked = { ...toHealthRequest(request), url: withoutBase(request) };
    const answered = await health.handle(asked);
    return answered === undefined ? new Response(null, { status: 404 }) : toResponse(answered);
  };
  return Object.fromEntries(METHODS.map((method) => [method, answer])) as NextRoute;
}

/** The path within the application, which may have a `basePath`. */
function withoutBase(
  request: Request & { nextUrl?: { pathname: string; search: string } },
): string {
  const { nextUrl, url } = request;
  return nextUrl === undefined ? url : `${nextUrl.pathname}${nextUrl.search}`;
}
