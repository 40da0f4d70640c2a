import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { interceptRequests } from "../../adapters/internal/server-intercept.ts";
import type { Health } from "../../contract/health.ts";
import type { HealthRequest } from "../../contract/http.ts";
import { LIMITS, limitConnections, type ServerLimits } from "./connection-limits.ts";
import type { ListenAddress } from "./listen-address.ts";

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** The root as a path or as an absolute URL, with a query or without. */
const ROOT = /^(?:https?:\/\/[^/?#]*)?\/?(?:\?|$)/i;

/**
 * Serves probes and nothing else: `/` is readiness, what is not hale's is 404. Rejects with the error of
 * the system when the port cannot be had.
 */
export async function openServer(
  handle: Health["handle"],
  { port, host }: ListenAddress,
  { connections, ...timeouts }: ServerLimits = LIMITS,
): Promise<RunningServer> {
  const server = createServer(timeouts, (_request, response) => {
    response.writeHead(404, { "Content-Length": 0 }).end();
  });
  interceptRequests(server, { handle: withReadinessAtRoot(handle) });
  limitConnections(server, connections);
  await new Promise<void>((resolve, reject) => {
    // It stays: a connection that cannot be accepted later must not end the process.
    server.on("error", reject);
    // A worker of a cluster would share the port otherwise, and answer for another one.
    server.listen({ port, exclusive: true, ...(host !== undefined && { host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What no path of the service's answers at the root is readiness. */
function withReadinessAtRoot(handle: Health["handle"]): Health["handle"] {
  return (request) =>
    handle(request) ?? (ROOT.test(request.url) ? handle(asReadiness(request)) : undefined);
}

function asReadiness(request: HealthRequest): HealthRequest {
  return {
    method: request.method,
    url: request.url,
    header: (name) => request.header(name),
    remoteAddress: request.remoteAddress,
    headers: request.headers,
    probe: "readiness",
  };
}
