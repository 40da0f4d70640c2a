import type { Socket } from "node:net";

/** The two ends of a connection, which are the same for a socket and for what wraps it. */
type Ends = Pick<Socket, "remoteAddress" | "remotePort">;

/** The connections of one server, from their first moment on. */
export class Connections {
  /** Those that speak HTTP/1, or nothing yet. */
  readonly #open = new Set<Socket>();
  /** Those whose TLS handshake is under way. */
  readonly #handshaking = new Set<Socket>();
  /** Those that belong to another protocol, and to whoever speaks it. */
  readonly #upgraded = new Set<Socket>();
  readonly #onGone: () => void;

  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  /** Those that an end has to wait for. */
  get size(): number {
    return this.#open.size + this.#handshaking.size + this.#upgraded.size;
  }

  get all(): readonly Socket[] {
    return [...this.#open, ...this.#handshaking, ...this.#upgraded];
  }

  connected(socket: Socket): void {
    this.#put(this.#open, socket);
  }

  handshaking(socket: Socket): void {
    this.#put(this.#handshaking, socket);
  }

  /** A TLS handshake is done: `socket` reads and writes through the one that was connected. */
  secured(socket: Socket): void {
    const outer = lastOf(this.#handshaking, socket);
    if (outer !== undefined) this.#handshaking.delete(outer);
    this.connected(socket);
  }

  /** The connection carries HTTP/2, whose sessions are tended for themselves. */
  leave(ends: Ends): void {
    const socket = lastOf(this.#open, ends);
    if (socket !== undefined) this.#open.delete(socket);
  }

  upgraded(socket: Socket): void {
    this.#open.delete(socket);
    this.#put(this.#upgraded, socket);
  }

  /** Whether responses are still written to it. */
  isOpen(socket: Socket): boolean {
    return this.#open.has(socket) && !socket.destroyed;
  }

  /** Ends those of which this is true, and those whose TLS handshake is still under way. */
  end(which: (socket: Socket) => boolean): void {
    for (const socket of this.#handshaking) socket.destroy();
    for (const socket of this.#open) if (which(socket)) socket.destroy();
  }

  #put(set: Set<Socket>, socket: Socket): void {
    if (set.has(socket) || socket.destroyed) return;
    set.add(socket);
    socket.once("close", () => {
      set.delete(socket);
      this.#onGone();
    });
  }
}

/** The newest one with these ends: where ends have no name, it is the one that is announced just now. */
function lastOf(sockets: Set<Socket>, { remoteAddress, remotePort }: Ends): Socket | undefined {
  return [...sockets].findLast(
    (socket) => socket.remoteAddress === remoteAddress && socket.remotePort === remotePort,
  );
}
