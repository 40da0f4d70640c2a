import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { observeEvents } from "../../node-http/server-intercept.ts";

/** What one client may take of a server that serves probes and nothing else. Times are milliseconds. */
export interface ServerLimits
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
export const LIMITS: ServerLimits = {
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
 * Keeps at most so many connections open. For one that comes, the one that was used longest ago ends, and not
 * one whose answer is under way while there is another: to refuse the new one would let whoever holds the
 * others lock every prober out.
 */
export function limitConnections(server: Server, most: number): void {
  const open = new OpenConnections(most);
  observeEvents(server, (event, [subject, answer]) => {
    if (event === "connection") return open.add(subject as Socket);
    if (event !== "request") return;
    const { socket } = subject as IncomingMessage;
    open.begin(socket);
    (answer as ServerResponse).once("close", () => open.end(socket));
  });
}

/** The connections of a server, those that were used longest ago first. */
export class OpenConnections {
  readonly #most: number;
  readonly #idle = new Set<Socket>();
  /** With how many answers are under way, since requests may be sent before the answers to others have come. */
  readonly #answering = new Map<Socket, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(socket: Socket): void {
    if (this.#idle.size + this.#answering.size >= this.#most) this.#endOne();
    this.#idle.add(socket);
    socket.once("close", () => {
      this.#idle.delete(socket);
      this.#answering.delete(socket);
    });
  }

  /** Its answer is under way. */
  begin(socket: Socket): void {
    const under = this.#answering.get(socket);
    if (this.#idle.delete(socket) || under !== undefined) {
      this.#answering.set(socket, (under ?? 0) + 1);
    }
  }

  /** Its answer was given. */
  end(socket: Socket): void {
    const under = this.#answering.get(socket);
    if (under === undefined) return;
    if (under > 1) this.#answering.set(socket, under - 1);
    else if (this.#answering.delete(socket)) this.#idle.add(socket);
  }

  endAll(): void {
    for (const socket of [...this.#idle, ...this.#answering.keys()]) socket.destroy();
  }

  #endOne(): void {
    const [oldest = [...this.#answering.keys()][0]] = this.#idle;
    if (oldest === undefined) return;
    this.#idle.delete(oldest);
    this.#answering.delete(oldest);
    oldest.destroy();
  }
}
