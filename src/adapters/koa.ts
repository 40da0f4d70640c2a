import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { isHungUp } from "../node-http/node-request.ts";

/** The part of a Koa context that the middleware uses. */
export interface KoaContextLike {
  /** The underlying Node request. */
  readonly req: IncomingMessage;
  /** The request target before a mount removed its prefix. */
  readonly originalUrl?: string;
  status: number;
  body: unknown;
  /** Whether Koa writes the response. */
  respond?: boolean | undefined;
  set(headers: Record<string, string>): void;
}

/** Middleware for Koa 3 and its routers. */
export type KoaMiddleware = (
  context: KoaContextLike,
  next: () => Promise<unknown>,
) => Promise<unknown>;

/**
 * Makes Koa middleware for the probe routes; other paths go on to `next`. Add it before any middleware that
 * probes should bypass.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { healthMiddleware } from "hale/koa";
 * import Koa from "koa";
 *
 * const app = new Koa();
 * app.use(healthMiddleware(createHealth()));
 * ```
 */
export function healthMiddleware(health: Health, ...more: []): KoaMiddleware {
  requireOnlyHealth("healthMiddleware()", health, more, "app.use(healthMiddleware(health))");
  const mount = new FrameworkMount("healthMiddleware()", health);
  return async (context, next) => {
    const answer = await mount.handle(context.req, context.originalUrl);
    if (answer === undefined) return next();
    context.status = answer.status;
    context.body = answer.body;
    // After the body, from which Koa derives a type, and a length that is not the one of GET.
    context.set({ ...answer.headers });
    if (isHungUp(context.req)) context.respond = false;
    return undefined;
  };
}
