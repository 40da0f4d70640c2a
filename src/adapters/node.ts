import type { Health } from "../contract/health.ts";
import { requireOnlyHealth } from "../contract/only-health.ts";
import { hasMethods, type Rule, requireOption } from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { answerOn, type NodeServer } from "./_takeover.ts";

export type { NodeServer } from "./_takeover.ts";

/** An application of a framework has no address, and a server of node:net no timeout. */
export const SERVER: Rule = {
  expected:
    "a server of node:http, node:https or node:http2, such as app.listen() returns or app.server is",
  accepts: (value) => hasMethods(value, ["emit", "listen", "address", "setTimeout"]),
};

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
  const detach = answerOn(server, health);
  if (detach === undefined) throw outerError("HALE_ALREADY_ATTACHED");
  return detach;
}
