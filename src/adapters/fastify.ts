import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { handleFrameworkRequest } from "../node-http/node-request.ts";

/** The part of a Fastify request that the plugin reads. */
export interface FastifyRequestLike {
  /** The underlying Node request. */
  readonly raw: IncomingMessage;
}

/** The part of a Fastify reply that the plugin calls. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: string): unknown;
}

/** The part of a Fastify instance that the plugin calls; versions 4 and 5 both fit. */
export interface FastifyLike {
  addHook(
    name: "onRequest",
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/** A plugin for `app.register()`. */
export type FastifyPlugin = (app: FastifyLike) => Promise<void>;

/**
 * Makes a Fastify plugin for the probe routes; other paths pass. It responds in an `onRequest` hook of the
 * instance on which it is registered, before hooks that are added later.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import createApp from "fastify";
 * import { createHealth } from "hale";
 * import { healthPlugin } from "hale/fastify";
 *
 * const app = createApp();
 * await app.register(healthPlugin(createHealth()));
 * ```
 */
export function healthPlugin(health: Health, ...more: []): FastifyPlugin {
  requireOnlyHealth("healthPlugin()", health, more);
  const plugin: FastifyPlugin = async (app) => {
    app.addHook("onRequest", async ({ raw }, reply) => {
      const answer = await handleFrameworkRequest(health, raw);
      if (answer === undefined) return;
      reply.code(answer.status);
      reply.headers({ ...answer.headers });
      return reply.send(answer.body);
    });
  };
  // Fastify encapsulates the hooks of a plugin unless the plugin has this symbol.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}
