import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type TurningClock, turnTwice } from "../deadline.ts";
import { closeFrame } from "./close-frame.ts";

/** The two ends of a connection, which are the same for a socket and for what wraps it. */
type Ends = Pick<Socket, "remoteAddress" | "remotePort">;

/** Milliseconds that a connection has for its TLS handshake, and then for its first byte. */
const MOMENT = 1000;

/** An upgraded connection. */
interface Upgrade {
  readonly isWebSocket: boolean;
  /** The bytes that had been written before. */
  readonly written: number;
}

/** The connections of one server, from their first moment on. */
export class Connections {
  /** Those that speak HTTP/1, or nothing yet, each with the moment from which it could. */
  readonly #open = new Map<Socket, number>();
  /** Those whose TLS handshake is under way, each with the moment at which it came. */
  readonly #handshaking = new Map<Socket, number>();
  /** Those that belong to another protocol, and to whatever speaks it. */
  readonly #upgraded = new Map<Socket, Upgrade>();
  /** The bytes that each had sent when its last response ended. */
  readonly #read = new WeakMap<Socket, number>();
  readonly #clock: TurningClock;
  readonly #onGone: () => void;

  constructor(clock: TurningClock, onGone: () => void) {
    this.#clock = clock;
    this.#onGone = onGone;
  }

  /** The number of connections that a shutdown has to wait for. */
  get size(): number {
    return this.#open.size + this.#handshaking.size + this.#upgraded.size;
  }

  get all(): readonly Socket[] {
    return [...this.#open.keys(), ...this.#handshaking.keys(), ...this.#upgraded.keys()];
  }

  /** Those that have sent nothing at all since they could. */
  get silent(): readonly Socket[] {
    return [...this.#open.keys()].filter(({ bytesRead }) => bytesRead === 0);
  }

  connected(socket: Socket): void {
    this.#put(this.#open, socket, this.#clock.now());
  }

  handshaking(socket: Socket): void {
    this.#put(this.#handshaking, socket, this.#clock.now());
  }

  /** A TLS handshake is done: `socket` reads and writes through the one that was connected. */
  secured(socket: Socket): void {
    const outer = lastOf(this.#handshaking, socket);
    if (outer !== undefined) this.#handshaking.delete(outer);
    this.connected(socket);
  }

  /** The connection carries HTTP/2, whose sessions are kept elsewhere. */
  leave(ends: Ends): void {
    const socket = lastOf(this.#open, ends);
    if (socket !== undefined) this.#open.delete(socket);
  }

  upgraded(socket: Socket, { headers }: Pick<IncomingMessage, "headers">): void {
    this.#open.delete(socket);
    const isWebSocket = headers.upgrade?.toLowerCase() === "websocket";
    this.#put(this.#upgraded, socket, { isWebSocket, written: socket.bytesWritten });
  }

  /** The last response of a connection has ended. */
  answered(socket: Socket): void {
    this.#read.set(socket, socket.bytesRead);
  }

  /** Whether responses are still written to it. */
  isOpen(socket: Socket): boolean {
    return this.#open.has(socket) && !socket.destroyed;
  }

  /** Ends those that have been answered and have sent nothing since. */
  endIdle(): void {
    for (const socket of this.#open.keys()) {
      if (socket.bytesRead === this.#read.get(socket)) socket.destroy();
    }
  }

  /** Ends those that have sent nothing at all, each once it has had its moment. */
  endSilent(): void {
    const now = this.#clock.now();
    const open = [...this.#open].filter(([{ bytesRead }]) => bytesRead === 0);
    let next = Infinity;
    for (const [socket, since] of [...this.#handshaking, ...open]) {
      const left = since + MOMENT - now;
      if (left <= 0) socket.destroy();
      else next = Math.min(next, left);
    }
    if (next === Infinity) return;
    this.#clock.after(next, () => void turnTwice(this.#clock).then(() => this.endSilent()));
  }

  /** Sends the WebSocket clients that are left a close frame, on whatever library their server is. */
  endWebSockets(): void {
    for (const [socket, { isWebSocket, written }] of this.#upgraded) {
      // Before its own handshake a frame would be none.
      if (isWebSocket && socket.writable && socket.bytesWritten > written) socket.write(closeFrame);
    }
  }

  #put<V>(map: Map<Socket, V>, socket: Socket, value: V): void {
    if (map.has(socket) || socket.destroyed) return;
    map.set(socket, value);
    socket.once("close", () => {
      map.delete(socket);
      this.#onGone();
    });
  }
}

/** The newest one with these ends: where ends have no name, it is the one that is announced just now. */
function lastOf(sockets: Map<Socket, unknown>, { remoteAddress, remotePort }: Ends) {
  return [...sockets.keys()].findLast(
    (socket) => socket.remoteAddress === remoteAddress && socket.remotePort === remotePort,
  );
}
