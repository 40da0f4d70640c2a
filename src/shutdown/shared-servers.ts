import { sharedState } from "../contract/shared-state.ts";
import type { NodeServer } from "../node-http/node-server.ts";

/** The drains over each server, of several healths, each with what resolves at its end. */
const running = sharedState(
  "drains of servers",
  () => new WeakMap<NodeServer, Map<SharedServers, Promise<void>>>(),
);

/** Servers that a shutdown has closed. */
const closed = sharedState("servers closed by shutdowns", () => new WeakSet<NodeServer>());

/** The servers of one drain, each of which stays open until the last drain over it has ended. */
export class SharedServers {
  readonly #servers: readonly NodeServer[];
  #resolve = () => {};

  constructor(servers: readonly NodeServer[]) {
    this.#servers = servers;
  }

  /** Whether a shutdown has closed one of them. */
  get closed(): boolean {
    return this.#servers.some((server) => closed.has(server));
  }

  /** Notes that the drain begins. */
  begin(): void {
    const ended = new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    for (const server of this.#servers) {
      const drains = running.get(server) ?? new Map<SharedServers, Promise<void>>();
      running.set(server, drains.set(this, ended));
      closed.delete(server);
    }
  }

  /** Notes that the drain has ended; a second call changes nothing. */
  end(): void {
    for (const server of this.#servers) running.get(server)?.delete(this);
    this.#resolve();
  }

  /** Resolves once no other drain over one of them goes on, to whether there was one. */
  async othersEnded(): Promise<boolean> {
    let waited = false;
    for (let others = this.#others(); others.length > 0; others = this.#others()) {
      waited = true;
      await Promise.all(others);
    }
    return waited;
  }

  /** Notes that a shutdown closes those that are open. */
  close(): void {
    for (const server of this.#servers) if (server.listening) closed.add(server);
  }

  #others(): readonly Promise<void>[] {
    const drains = this.#servers.flatMap((server) => [...(running.get(server) ?? [])]);
    return drains.flatMap(([drain, ended]) => (drain === this ? [] : ended));
  }
}
