import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { requireOption } from "../contract/options.ts";
import { type NodeServer, SERVER } from "../node-http/node-server.ts";
import { reportListening, warnOfLateServer } from "../node-http/report-listening.ts";
import { interceptRequests } from "../node-http/server-intercept.ts";
import { noteServing } from "../node-http/serving-mounts.ts";

export type { NodeServer } from "../node-http/node-server.ts";

/**
 * Handles hale's paths on a server before all of its listeners: a framework, its middleware, logging and
 * rate limits never see a probe. Other requests, `upgrade` and `connect` pass. Several healths may be
 * attached; the last one attached handles a request first.
 *
 * Startup and readiness are 503 until the server listens, or until the application has received a request.
 *
 * @returns a function that detaches it
 * @throws `HALE_ALREADY_ATTACHED`, and `HALE_BAD_OPTION` for a framework's application in place of
 *   its server
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createHealth } from "hale";
 * import { attach } from "hale/node";
 *
 * const server = createServer((request, response) => response.end("Hello"));
 * attach(server, createHealth());
 * server.listen(0, "127.0.0.1");
 * ```
 */
export function attach(server: NodeServer, health: Health, ...more: []): () => void {
  requireOption("attach()", "server", server, SERVER);
  requireOnlyHealth("attach()", health, more);
  const detach = interceptRequests(server, health);
  if (detach === undefined) {
    const message =
      "This health is already attached to this server. Attach it once, or detach it first.";
    throw new HaleError("HALE_ALREADY_ATTACHED", message);
  }
  warnOfLateServer(server, health);
  const forget = noteServing(server, health, "attach()");
  const endWait = reportListening(server, health);
  return () => {
    endWait();
    forget();
    detach();
  };
}
