import { GOING_AWAY, REASON } from "./close-frame.ts";

/** The part of a client of a {@link WebSocketServerLike} that hale calls. */
export interface WebSocketLike {
  close(code: number, reason: string): void;
  terminate(): void;
  once(event: "close", listener: () => void): unknown;
}

/** The part of a `WebSocketServer` of the package `ws` that hale calls. */
export interface WebSocketServerLike {
  /** Absent with `clientTracking: false`; then hale cannot close them. */
  readonly clients?: Iterable<WebSocketLike>;
  handleUpgrade(...values: never[]): unknown;
  close(callback?: (failure?: Error) => void): unknown;
}

/** The clients of one WebSocket server that a shutdown closes. */
export class WebSockets {
  readonly #server: WebSocketServerLike;
  readonly #open = new Set<WebSocketLike>();
  #emptied = () => {};

  constructor(server: WebSocketServerLike) {
    this.#server = server;
  }

  /** Takes no more clients, and sends each a close frame. */
  close(): void {
    // Closed already is no failure here.
    this.#server.close(() => {});
    for (const client of this.#server.clients ?? []) {
      this.#open.add(client);
      client.once("close", () => {
        this.#open.delete(client);
        if (this.#open.size === 0) this.#emptied();
      });
      client.close(GOING_AWAY, REASON);
    }
  }

  /** Resolves once every client has gone. */
  async empty(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  /** Ends the clients that are left, and returns how many those were. */
  cutOff(): number {
    const left = this.#open.size;
    for (const client of this.#open) client.terminate();
    return left;
  }
}
