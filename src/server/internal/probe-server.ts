import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Health } from "../../contract/health.ts";
import { interceptRequests } from "../../node-http/server-intercept.ts";
import { LIMITS, limitConnections, type ServerLimits } from "./connection-limits.ts";
import type { ListenAddress } from "./listen-address.ts";

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves probes and nothing else: what is not hale's is 404. Rejects with the error of
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
  interceptRequests(server, { handle });
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
