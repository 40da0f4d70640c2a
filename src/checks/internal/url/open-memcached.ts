import { type MemcachedClient, memcached } from "../../memcached.ts";
import type { Opener } from "./opener.ts";

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
  async open({ username, password }, { driver, hosts, options }) {
    const { Client } = (await driver<Memjs>("memjs")).default;
    const servers = hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:${PORT}`));
    const client = Client.create(servers.join(), {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      // A failure is seen by the run that meets it.
      logger: { log() {} },
    });
    return { check: memcached({ ...options, client }), close: () => client.close() };
  },
};
