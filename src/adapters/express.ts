import type { IncomingMessage, ServerResponse } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { writeResponse } from "../node-http/node-request.ts";

/** Middleware for Express 4 and 5, Connect, and compatible routers. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (failure?: unknown) => void,
) => void;

/** A request, whose `url` has lost the path of the mount. */
interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: string;
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
  return (request, response, next) => {
    const answer = mount.handle(request, (request as MountedRequest).originalUrl);
    if (answer === undefined) return next();
    if (!(answer instanceof Promise)) return writeResponse(response, answer);
    answer.then((late) => writeResponse(response, late)).catch(next);
  };
}
