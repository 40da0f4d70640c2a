import type { IncomingMessage, ServerResponse } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { writeResponse } from "../node-http/node-request.ts";
import { routesAfter, warnOfShadowedRoutes } from "../node-http/shadowed-routes.ts";

/** Middleware for Express 4 and 5, Connect, and compatible routers. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (failure?: unknown) => void,
) => void;

/** A request, whose `url` has lost the path of the mount. */
interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: string;
  /** The app, which Connect and other routers do not give. */
  readonly app?: unknown;
}

/**
 * Makes Express middleware for the probe routes; other paths go on to `next`. Mount it before any middleware
 * that probes should bypass. When mounted at a path, as in `app.use("/internal", healthMiddleware(health))`,
 * the routes are below that path.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import createApp from "express";
 * import { createHealth } from "hale";
 * import { healthMiddleware } from "hale/express";
 *
 * const app = createApp();
 * app.use(healthMiddleware(createHealth()));
 * ```
 */
export function healthMiddleware(health: Health, ...more: []): ExpressMiddleware {
  requireOnlyHealth("healthMiddleware()", health, more, "app.use(healthMiddleware(health))");
  const mount = new FrameworkMount("healthMiddleware()", health);
  let isFirst = true;
  const middleware: ExpressMiddleware = (request, response, next) => {
    const { originalUrl } = request as MountedRequest;
    // Below a prefix, the paths of hale are not those of the app's routes.
    if (isFirst && originalUrl === request.url) {
      isFirst = false;
      const { app } = request as MountedRequest;
      warnOfShadowedRoutes("healthMiddleware()", health, () => routesAfter(app, middleware));
    }
    const answer = mount.handle(request, originalUrl);
    if (answer === undefined) return next();
    if (!(answer instanceof Promise)) return writeResponse(response, answer);
    answer.then((late) => writeResponse(response, late)).catch(next);
  };
  return middleware;
}
