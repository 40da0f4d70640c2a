import { requireOnlyHealth } from "../contract/adapter-arguments.ts";
import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { requireOption } from "../contract/options.ts";
import { type NodeServer, SERVER } from "../node-http/node-server.ts";
import { interceptRequests } from "../node-http/server-intercept.ts";

export type { NodeServer } from "../node-http/node-server.ts";

/**
 * Answers hale's paths on a server, in front of whatever else listens to it: a framework, its
 * middleware, logging and rate limits never see a probe. Other requests, `upgrade` and `connect`
 * pass. Several healths may be attached; the one that was attached last is asked first.
 *
 * @returns what detaches it
 * @throws `HALE_ALREADY_ATTACHED`, and `HALE_BAD_OPTION` for the application of a framework in place of
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
      "This health is attached to this server already. Attach it once, or detach it first.";
    throw new HaleError("HALE_ALREADY_ATTACHED", message);
  }
  return detach;
}
