import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** A handler that Next.js calls for each request of a route. */
export type NextRouteHandler = (request: Request) => Promise<Response>;

/** The handlers that a route exports. */
export type NextRoute = Readonly<Record<(typeof METHODS)[number], NextRouteHandler>>;

/** Every method: Next.js itself responds to methods that a route does not export, without `Allow`. */
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Makes Next.js route handlers for the probe routes, for an optional catch-all segment of the App Router:
 * `app/health/[[...path]]/route.ts`. Other paths of that segment are 404.
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
  requireOnlyHealth(
    "healthRouteHandlers()",
    health,
    more,
    "export const { GET, HEAD } = healthRouteHandlers(health)",
  );
  let isLoaded = false;
  const handler: NextRouteHandler = async (request) => {
    if (!isLoaded) {
      // The first request loads the module in which the health is made, and startup takes a turn.
      await nextTurn();
      isLoaded = true;
    }
    const response = await health.handle({
      ...toHealthRequest(request),
      url: withoutBase(request),
    });
    return response === undefined ? new Response(null, { status: 404 }) : toResponse(response);
  };
  return Object.fromEntries(METHODS.map((method) => [method, handler])) as NextRoute;
}

/** The edge runtime has no immediates. Those of a test with fake timers would never come. */
const schedule = globalThis.setImmediate ?? setTimeout;

/** Resolves after the callbacks that were scheduled for the next turn before. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void schedule(resolve));
}

/** Returns the path without the application's `basePath`. */
function withoutBase(
  request: Request & { nextUrl?: { pathname: string; search: string } },
): string {
  const { nextUrl, url } = request;
  return nextUrl === undefined ? url : `${nextUrl.pathname}${nextUrl.search}`;
}
