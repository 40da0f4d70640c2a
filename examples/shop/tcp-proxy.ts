import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Breakable, Way } from "./fault.ts";

/** The address of a server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Returns the address of the server of a URL. */
export function addressOf(url: string, defaultPort: number): Address {
  const { hostname, port } = new URL(url);
  // A URL has an IPv6 address in brackets, a socket has not.
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || defaultPort) };
}

const HOST = "127.0.0.1";

/** A word of neither the PostgreSQL protocol nor that of Redis. */
const NONSENSE = Buffer.from([0xff, 0, 0, 0, 4]);

/** Stands in front of a server of any protocol, and passes everything on until it is broken. */
export class FaultProxy implements Breakable {
  readonly #target: Address | Promise<Address>;
  readonly #server = createServer((client) => this.#accept(client));
  /** The connections to the target, by the connection of the client that each one serves. */
  readonly #upstreams = new Map<Socket, Socket>();
  readonly #clients = new Set<Socket>();
  #fault: Way | undefined;
  #port = 0;

  private constructor(target: Address | Promise<Address>) {
    this.#target = target;
  }

  /** Listens on a free port of this machine. Clients of a target that is still to come wait for it. */
  static async listen(target: Address | Promise<Address>): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listen();
    return proxy;
  }

  /** The URL of the target, changed so that its client comes through here. */
  redirect(url: string): string {
    const redirected = new URL(url);
    redirected.hostname = HOST;
    redirected.port = String(this.#port);
    return redirected.href;
  }

  /** The address of the proxy itself. */
  get address(): Address {
    return { host: HOST, port: this.#port };
  }

  async break(how: Way): Promise<void> {
    await this.mend();
    this.#fault = how;
    if (how === "refuse") {
      this.#server.close();
      this.#dropClients();
    } else {
      for (const client of this.#clients) this.#misbehave(client);
    }
  }

  async mend(): Promise<void> {
    if (this.#fault === undefined) return;
    this.#dropClients();
    if (!this.#server.listening) await this.#listen();
    this.#fault = undefined;
  }

  async close(): Promise<void> {
    this.#dropClients();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  async #listen(): Promise<void> {
    await once(this.#server.listen(this.#port, HOST), "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(client: Socket): void {
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    client.on("error", ignore);
    if (this.#fault === undefined) this.#forward(client).catch(() => client.destroy());
    else this.#misbehave(client);
  }

  async #forward(client: Socket): Promise<void> {
    const target = await this.#target;
    if (client.destroyed || this.#fault !== undefined) return;
    const upstream = connect(target);
    this.#upstreams.set(client, upstream);
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("error", ignore);
    upstream.on("close", () => {
      if (this.#upstreams.get(client) === upstream) client.destroy();
      this.#upstreams.delete(client);
    });
  }

  /**
   * Lets go of the target, and never passes on another byte of this client. The target must not wait
   * for the rest of a query or a transaction: it would make its other clients wait too.
   */
  #misbehave(client: Socket): void {
    const upstream = this.#upstreams.get(client);
    this.#upstreams.delete(client);
    client.unpipe();
    upstream?.destroy();
    client.on("data", () => {
      if (this.#fault === "error") client.write(NONSENSE);
    });
    client.resume();
  }

  #dropClients(): void {
    for (const client of this.#clients) client.destroy();
  }
}

/** "close" comes after every "error" of a socket, and is what counts here. */
function ignore(): void {}
