import type { Opener } from "./_opener.ts";
import { type MemcachedClient, memcached } from "./memcached.ts";

interface Memjs {
  readonly default: {
    readonly Client: {
      create(servers: string, options: object): MemcachedClient & { close(): void };
    };
  };
}

const PORT = "11211";

export const opener: Opener = {
  schemes: ["memcached"],
  packages: ["memjs"],
  async open({ hostname, port, username, password }, { driver, options }) {
    const { Client } = (await driver<Memjs>("memjs")).default;
    const client = Client.create(`${hostname}:${port || PORT}`, {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      // A failure is seen by the run that meets it.
      logger: { log() {} },
    });
    return { check: memcached({ ...options, client }), close: () => client.close() };
  },
};
