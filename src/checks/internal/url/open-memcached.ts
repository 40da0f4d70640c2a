import { type MemcachedClient, memcached } from "../../memcached.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opener } from "./opener.ts";

interface Memjs {
  readonly default: {
    readonly Client: {
      create(servers: string, options: object): MemcachedClient & { close(): void };
    };
  };
}

interface Memcached {
  readonly default: new (servers: string[], options: object) => MemcachedClient & { end(): void };
}

const PORT = "11211";

export const opener: Opener = {
  schemes: ["memcached"],
  packages: ["memjs", "memcached"],
  open({ username, password }, { driver, hosts, options }) {
    const servers = hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:${PORT}`));
    return openWithFirst(driver, {
      memjs({ default: { Client } }: Memjs) {
        const client = Client.create(servers.join(), {
          username: decodeURIComponent(username),
          password: decodeURIComponent(password),
          // A failure is seen by the run that meets it.
          logger: { log() {} },
        });
        return { check: memcached({ ...options, client }), close: () => client.close() };
      },
      memcached({ default: Client }: Memcached) {
        const client = new Client(servers, { retries: 0, retry: 1000 });
        return { check: memcached({ ...options, client }), close: () => client.end() };
      },
    });
  },
};
