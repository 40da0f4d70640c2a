import type { IncomingMessage, ServerResponse } from "node:http";
import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { FrameworkMount } from "../node-http/framework-mount.ts";
import { writeResponse } from "../node-http/node-request.ts";

/** The part of a hapi request that the plugin uses. */
export interface HapiRequestLike {
  /** The underlying Node request and response. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse };
}

/** The part of a hapi toolkit that the plugin uses. */
export interface HapiToolkitLike {
  readonly abandon: symbol;
  readonly continue: symbol;
}

/** The part of a hapi server that the plugin calls. */
export interface HapiLike {
  ext(
    event: "onRequest",
    method: (request: HapiRequestLike, toolkit: HapiToolkitLike) => Promise<symbol>,
  ): unknown;
}

/** A plugin for `server.register()`. */
export interface HapiPlugin {
  readonly name: string;
  readonly multiple: true;
  register(server: HapiLike): void;
}

/**
 * Makes a hapi plugin for the probe routes; other paths pass. It responds at `onRequest`, before the routes,
 * their authentication and CORS, and before extensions that are added later.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { server as createServer } from "@hapi/hapi";
 * import { createHealth } from "hale";
 * import { healthPlugin } from "hale/hapi";
 *
 * const server = createServer();
 * await server.register(healthPlugin(createHealth()));
 * ```
 */
export function healthPlugin(health: Health, ...more: []): HapiPlugin {
  requireOnlyHealth("healthPlugin()", health, more);
  const mount = new FrameworkMount("healthPlugin()", health);
  return {
    name: "hale",
    multiple: true,
    register(server) {
      server.ext("onRequest", async ({ raw }, toolkit) => {
        const answer = await mount.handle(raw.req);
        if (answer === undefined) return toolkit.continue;
        writeResponse(raw.res, answer);
        return toolkit.abandon;
      });
    },
  };
}
