import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of a context of Elysia that the plugin reads. */
export interface ElysiaContextLike {
  readonly request: Request;
  /** The server of Bun; `null` on other runtimes. */
  readonly server: {
    requestIP(request: Request): { readonly address: string } | null;
  } | null;
}

/** The part of an application of Elysia that the plugin calls. */
export interface ElysiaLike {
  onRequest(handler: (context: ElysiaContextLike) => Promise<Response | undefined>): unknown;
}

/** A plugin for `app.use()`, which gives the application back. */
export type ElysiaPlugin = <App extends ElysiaLike>(app: App) => App;

/**
 * Elysia plugin for the probe routes; other paths go on. It answers at `onRequest`, before the routes
 * and the hooks that are added after it.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Elysia } from "elysia";
 * import { createHealth } from "hale";
 * import { healthPlugin } from "hale/elysia";
 *
 * const app = new Elysia().use(healthPlugin(createHealth()));
 * ```
 */
export function healthPlugin(health: Health, ...more: []): ElysiaPlugin {
  requireOnlyHealth("healthPlugin()", health, more);
  return (app) => {
    app.onRequest(async ({ request, server }) => {
      const from = server?.requestIP(request)?.address;
      const answer = await health.handle(toHealthRequest(request, from));
      return answer === undefined ? undefined : toResponse(answer);
    });
    return app;
  };
}
