import type { NodeServer } from "../node-http/node-server.ts";

/**
 * The address of a server that is about to be closed. A start that goes on meanwhile may still read it, and would
 * fail at `null`: Fastify does at `localhost`, once it has looked that name up.
 *
 * @internal
 */
export class LastAddress {
  readonly #server: NodeServer;
  #restore = () => {};

  constructor(server: NodeServer) {
    this.#server = server;
  }

  /** Makes `address()` return the last address while the server does not listen. */
  keep(): void {
    const server = this.#server;
    const last = server.address();
    if (last === null) return;
    this.#restore();
    const own = Object.getOwnPropertyDescriptor(server, "address");
    const { address } = server;
    const value = () => address.call(server) ?? last;
    Object.defineProperty(server, "address", { value, configurable: true, writable: true });
    this.#restore = () => {
      if (server.address !== value) return;
      Reflect.deleteProperty(server, "address");
      if (own !== undefined) Object.defineProperty(server, "address", own);
    };
  }

  /** Gives the server its own `address()` back. */
  forget(): void {
    this.#restore();
  }
}
