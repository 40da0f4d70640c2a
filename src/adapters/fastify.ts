import type { IncomingMessage } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { hasMethods, type Rule, requireOption } from "../contract/options.ts";
import { noteFastifyApp } from "../node-http/fastify-apps.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { isHungUp } from "../node-http/node-request.ts";
import { warnOfShadowedRoutes } from "../node-http/shadowed-routes.ts";

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
  /** Leaves the response to the caller. */
  hijack(): unknown;
}

/** The part of a Fastify instance that the plugin calls; versions 4 and 5 both fit. */
export interface FastifyLike {
  addHook(
    name: "onRequest",
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/** A plugin for `app.register()`. It takes no `prefix`, because its hook sees whole paths. */
export type FastifyPlugin = (
  app: FastifyLike,
  options?: { readonly prefix?: string },
) => Promise<void>;

const NO_PREFIX: Rule = {
  expected:
    'left out, because the plugin sees whole paths. Set "http.paths" of createHealth() instead',
  accepts: (value) => value === undefined,
};

/**
 * Makes a Fastify plugin for the probe routes; other paths pass. It responds in an `onRequest` hook of the
 * instance on which it is registered, before hooks that are added later.
 *
 * @throws `HALE_BAD_OPTION`; registering it with a `prefix` throws the same
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
  requireOnlyHealth("healthPlugin()", health, more, "app.register(healthPlugin(health))");
  const mount = new FrameworkMount("healthPlugin()", health);
  const plugin: FastifyPlugin = async (app, { prefix } = {}) => {
    requireOption("healthPlugin()", "prefix", prefix, NO_PREFIX);
    mount.registeredOn(app);
    followApp(app, health);
    app.addHook("onRequest", async ({ raw }, reply) => {
      const answer = await mount.handle(raw);
      if (answer === undefined) return;
      if (isHungUp(raw)) return reply.hijack();
      reply.code(answer.status);
      reply.headers({ ...answer.headers });
      return reply.send(answer.body);
    });
  };
  // Fastify encapsulates the hooks of a plugin unless the plugin has this symbol.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}

/** The part of a Fastify app that is followed, where it is a whole one. */
interface FastifyAppLike {
  readonly server?: object;
  addHook(name: "onReady" | "onClose", hook: () => Promise<void>): unknown;
}

/** Looks at the routes of an app once it has them all, and notes when it is closed. */
function followApp(given: FastifyLike, health: Health): void {
  const app = given as unknown as FastifyAppLike;
  // One within another plugin inherits from the app, whose routes it does not see.
  if (hasMethods(Object.getPrototypeOf(app), ["addHook"])) return;
  app.addHook("onReady", async () => warnOfShadowedRoutes("healthPlugin()", health, () => app));
  if (app.server !== undefined) {
    const closed = noteFastifyApp(app.server);
    app.addHook("onClose", async () => closed());
  }
}
