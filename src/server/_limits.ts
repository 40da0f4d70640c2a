import type { Server, ServerOptions } from "node:http";
import type { Socket } from "node:net";
import { watchOn } from "../adapters/_takeover.ts";

/** What one client may take of a server that serves probes and nothing else. Times are milliseconds. */
export interface Limits
  extends Required<
    Pick<
      ServerOptions,
      | "headersTimeout"
      | "requestTimeout"
      | "connectionsCheckingInterval"
      | "keepAliveTimeout"
      | "maxHeaderSize"
    >
  > {
  /** Connections that are open at the same time. */
  readonly connections: number;
}

/** Generous to every prober, and little enough for the memory of the probe thread. */
export const LIMITS: Limits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  // Longer than the interval of nearly every prober: a connection that ends just when the next probe
  // is sent on it looks like a service that is down.
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  connections: 512,
};

/**
 * Keeps at most so many connections open. The one that was used longest ago ends for one that comes:
 * to refuse the new one would let whoever holds the others lock every prober out.
 */
export function limitConnections(server: Server, most: number): void {
  const open = new Set<Socket>();
  const use = (socket: Socket) => {
    open.delete(socket);
    open.add(socket);
  };
  watchOn(server, (event, [subject]) => {
    if (event === "connection") use(subject as Socket);
    else if (event === "request") use((subject as { socket: Socket }).socket);
    else return;
    const [oldest] = open;
    if (open.size <= most || oldest === undefined) return;
    open.delete(oldest);
    oldest.destroy();
  });
  server.on("connection", (socket) => socket.once("close", () => open.delete(socket)));
}
