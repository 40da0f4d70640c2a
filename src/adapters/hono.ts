import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of a Hono context that the middleware reads. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  /** The runtime's context of the request: on Node it has `incoming`; on Bun it is the server, and on Deno the connection. */
  readonly env: unknown;
}

/** Middleware for Hono 4. */
export type HonoMiddleware = (
  context: HonoContextLike,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/**
 * Makes Hono middleware for the probe routes; other paths go on to `next`. Add it before any middleware that
 * probes should bypass. It runs on every runtime of Hono.
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
  requireOnlyHealth("healthMiddleware()", health, more, "app.use(healthMiddleware(health))");
  const mount = new FrameworkMount("healthMiddleware()", health);
  return async ({ req, env }, next) => {
    const incoming = incomingOf(env);
    const asked =
      incoming === undefined
        ? health.handle(toHealthRequest(req.raw, addressOf(req.raw, env)))
        : mount.handle(incoming);
    const answer = await asked;
    if (answer !== undefined) return toResponse(answer);
    await next();
    return undefined;
  };
}

/**
 * Returns the Node request, which has the caller's address, and the target exactly as it was sent. On Workers,
 * `env` holds bindings of any name.
 */
function incomingOf(env: unknown): IncomingMessage | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: Partial<IncomingMessage> | null };
  const isRequest =
    typeof incoming?.httpVersion === "string" && typeof incoming.socket === "object";
  return isRequest ? (incoming as IncomingMessage) : undefined;
}

/** The part of a runtime's context that has the caller's address: of Bun's server, or of Deno's connection. */
interface RuntimeEnv {
  readonly server?: RuntimeEnv | null;
  requestIP?(request: Request): { readonly address?: unknown } | null;
  readonly remoteAddr?: { readonly hostname?: unknown } | null;
}

/** Returns the caller's address on Bun and Deno; other runtimes have something else in `env`, of any name. */
function addressOf(request: Request, env: unknown): string | undefined {
  const { server, remoteAddr } = (env ?? {}) as RuntimeEnv;
  try {
    const address =
      remoteAddr?.hostname ?? (server ?? (env as RuntimeEnv)).requestIP?.(request)?.address;
    return typeof address === "string" ? address : undefined;
  } catch {
    // A probe must not fail because the caller's address is unknown.
    return undefined;
  }
}
