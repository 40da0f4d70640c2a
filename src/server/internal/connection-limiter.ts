import type { Socket } from "node:net";
import type { ServerLimits } from "./server-limits.ts";

/** The limits that hold for connections and for what is under way on them. */
export type ConnectionLimits = Pick<
  ServerLimits,
  "connections" | "requestsPerConnection" | "requests"
>;

/** A connection with at least one request under way. */
interface BusyConnection {
  /** More than one, where a client sends requests before the answers to others have come. */
  underWay: number;
  /** The number of its answers that were taken. */
  answered: number;
  /** The answers taken at the last look, and the looks since then at which none was. */
  seen: number;
  looks: number;
}

/**
 * Keeps the connections of a server within limits: for one too many, another one ends, of those from the address with most
 * connections the one that was used longest ago. To refuse the new one would let whoever holds the others lock every
 * prober out.
 */
export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  /** Those that were used longest ago first. */
  readonly #idle = new Set<Socket>();
  readonly #busy = new Map<Socket, BusyConnection>();
  /** From where each is. Behind a proxy, all are from one address. */
  readonly #addresses = new Map<Socket, string | undefined>();
  readonly #connectionsFrom = new Map<string | undefined, number>();
  #underWay = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  add(socket: Socket): void {
    if (this.#addresses.size >= this.#limits.connections) {
      this.#endOne(this.#oldestIdle() ?? this.#greediest());
    }
    this.#idle.add(socket);
    const { remoteAddress } = socket;
    this.#addresses.set(socket, remoteAddress);
    this.#connectionsFrom.set(remoteAddress, (this.#connectionsFrom.get(remoteAddress) ?? 0) + 1);
    socket.once("close", () => this.#forget(socket));
  }

  /** The requests that a connection may send now, besides those that are under way. */
  room(socket: Socket): number {
    return this.#limits.requestsPerConnection - (this.#busy.get(socket)?.underWay ?? 0);
  }

  /** A request has come; where it is one too many of all, the connection that has most ends. */
  begin(socket: Socket): void {
    const busy = this.#busy.get(socket);
    if (busy !== undefined) busy.underWay++;
    else if (this.#idle.delete(socket)) {
      this.#busy.set(socket, { underWay: 1, answered: 0, seen: 0, looks: 0 });
    } else return;
    this.#underWay++;
    if (this.#underWay > this.#limits.requests) this.#endOne(this.#greediest());
  }

  /** Its answer was taken. */
  end(socket: Socket): void {
    const busy = this.#busy.get(socket);
    if (busy === undefined) return;
    this.#underWay--;
    busy.answered++;
    if (--busy.underWay > 0) return;
    this.#busy.delete(socket);
    this.#idle.add(socket);
  }

  /**
   * Ends connections whose client has taken no answer at so many looks in a row although one was written; to
   * be called at a steady pace.
   */
  endUnread(looks: number): void {
    for (const [socket, busy] of this.#busy) {
      const waits = socket.writableLength > 0 && busy.answered === busy.seen;
      busy.looks = waits ? busy.looks + 1 : 0;
      busy.seen = busy.answered;
      if (busy.looks >= looks) this.#endOne(socket);
    }
  }

  endAll(): void {
    for (const socket of [...this.#idle, ...this.#busy.keys()]) this.#endOne(socket);
  }

  /** The idle one that was used longest ago, from the address with most connections where it has an idle one. */
  #oldestIdle(): Socket | undefined {
    let oldest: Socket | undefined;
    let most = 0;
    for (const socket of this.#idle) {
      const connections = this.#connectionsFrom.get(this.#addresses.get(socket)) ?? 0;
      if (connections <= most) continue;
      oldest = socket;
      most = connections;
      // No other address has more.
      if (2 * connections >= this.#addresses.size) break;
    }
    return oldest;
  }

  /** The one with most requests under way, and of equals the one that has had any for longest. */
  #greediest(): Socket | undefined {
    let found: Socket | undefined;
    let most = 0;
    for (const [socket, { underWay }] of this.#busy) {
      if (underWay <= most) continue;
      found = socket;
      most = underWay;
    }
    return found;
  }

  #endOne(socket: Socket | undefined): void {
    if (socket === undefined) return;
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    const address = this.#addresses.get(socket);
    if (!this.#addresses.delete(socket)) return;
    const left = (this.#connectionsFrom.get(address) ?? 0) - 1;
    if (left > 0) this.#connectionsFrom.set(address, left);
    else this.#connectionsFrom.delete(address);
    this.#idle.delete(socket);
    this.#underWay -= this.#busy.get(socket)?.underWay ?? 0;
    this.#busy.delete(socket);
  }
}
