import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Health } from "../../contract/health.ts";
import { interceptRequests } from "../../node-http/server-intercept.ts";
import { descriptorLimit } from "./descriptor-limit.ts";
import { followClients } from "./follow-clients.ts";
import type { ListenAddress } from "./listen-address.ts";
import { connectionsWithin, LIMITS, type ServerLimits } from "./server-limits.ts";

/**
 * Connections that may wait to be accepted, where the system permits as many. Where the queue is full, the system drops
 * a new one, whose client tries again after a second; 4096 are accepted in less.
 */
export const BACKLOG = 4096;

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves probes and nothing else: what is not hale's is 404. Rejects with the error of
 * the system when the port is not available.
 */
export async function openServer(
  handle: Health["handle"],
  { port, host }: ListenAddress,
  limits: ServerLimits = LIMITS,
): Promise<RunningServer> {
  const respondNotFound = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(404, { "Content-Length": 0 }).end();
  };
  const server = createServer(limits, respondNotFound);
  // Without a listener, Node responds itself to an `Expect` that it does not know, with 417.
  server.on("checkExpectation", respondNotFound);
  server.maxHeadersCount = limits.maxHeadersCount;
  interceptRequests(server, { handle });
  const connections = connectionsWithin(descriptorLimit(), limits.connections);
  followClients(server, { ...limits, connections });
  await new Promise<void>((resolve, reject) => {
    // It stays: a connection that cannot be accepted later must not end the process.
    server.on("error", reject);
    // A worker of a cluster would share the port otherwise, and answer for another one.
    const address = { port, ...(host !== undefined && { host }) };
    server.listen({ ...address, exclusive: true, backlog: BACKLOG }, resolve);
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
