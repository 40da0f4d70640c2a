import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import type { Health } from "../contract/health.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** The part of an Elysia context that the plugin reads. */
export interface ElysiaContextLike {
  readonly request: Request;
  /** Bun's server; `null` on other runtimes. */
  readonly server: {
    requestIP(request: Request): { readonly address: string } | null;
  } | null;
}

/** The part of an Elysia app that the plugin calls. */
export interface ElysiaLike {
  onRequest(handler: (context: ElysiaContextLike) => Promise<Response | undefined>): unknown;
}

/** A plugin for `app.use()`, which returns the app. */
export type ElysiaPlugin = <App extends ElysiaLike>(app: App) => App;

/**
 * Makes an Elysia plugin for the probe routes; other paths pass. It responds at `onRequest`, before the
 * routes, and before hooks that are added later.
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
  requireOnlyHealth("healthPlugin()", health, more, "app.use(healthPlugin(health))");
  return (app) => {
    app.onRequest(async ({ request, server }) => {
      const from = server?.requestIP(request)?.address;
      const answer = await health.handle(toHealthRequest(request, from));
      return answer === undefined ? undefined : toResponse(answer);
    });
    return app;
  };
}
