import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { handleFrameworkRequest } from "../node-http/node-request.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of a context of Hono that the middleware reads. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  /** What the runtime gives with a request; `incoming` on Node. */
  readonly env: unknown;
}

/** What Hono 4 takes as middleware. */
export type HonoMiddleware = (
  context: HonoContextLike,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/**
 * Hono middleware for the probe routes; other paths go on to `next`. Use it before anything that a
 * probe should not run through. It runs wherever Hono does.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { healthMiddleware } from "hale/hono";
 * import { Hono } from "hono";
 *
 * const app = new Hono();
 * app.use(healthMiddleware(createHealth()));
 * ```
 */
export function healthMiddleware(health: Health, ...more: []): HonoMiddleware {
  requireOnlyHealth("healthMiddleware()", health, more);
  return async ({ req, env }, next) => {
    const incoming = incomingOf(env);
    const asked =
      incoming === undefined
        ? health.handle(toHealthRequest(req.raw))
        : handleFrameworkRequest(health, incoming);
    const answer = await asked;
    if (answer !== undefined) return toResponse(answer);
    await next();
    return undefined;
  };
}

/**
 * The request of Node, which has the address that it comes from, and its target as it was sent. On Workers,
 * `env` holds bindings of any name.
 */
function incomingOf(env: unknown): IncomingMessage | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: Partial<IncomingMessage> | null };
  const isRequest =
    typeof incoming?.httpVersion === "string" && typeof incoming.socket === "object";
  return isRequest ? (incoming as IncomingMessage) : undefined;
}
