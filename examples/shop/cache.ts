import { Keyv } from "keyv";
import { createClient } from "redis";
import type { Breakable } from "./fault.ts";
import { FaultyStore } from "./faulty-store.ts";
import { addressOf, FaultProxy } from "./tcp-proxy.ts";

/** A cache, and what breaks it. */
export interface Cache<Client> {
  /** The client that hale checks. */
  readonly client: Client;
  get(key: string): Promise<string | null | undefined>;
  set(key: string, value: string, timeToLive: number): Promise<unknown>;
  readonly fault: Breakable;
  close(): Promise<void>;
}

/** A cache in the memory of this process. */
export function memoryCache(): Cache<Keyv<string>> {
  const store = new FaultyStore();
  const client = new Keyv<string>({ store, throwOnErrors: true });
  return {
    client,
    get: (key) => client.get(key),
    set: (key, value, timeToLive) => client.set(key, value, timeToLive),
    fault: store,
    close: async () => {},
  };
}

/** A cache in Redis, through a proxy. It may come later: the shop works without its cache. */
export async function redisCache(url: string): Promise<Cache<ReturnType<typeof redisClient>>> {
  const proxy = await FaultProxy.listen(addressOf(url, 6379));
  const client = redisClient(proxy.redirect(url));
  return {
    client,
    get: (key) => client.get(key),
    set: (key, value, timeToLive) => client.set(key, value, { PX: timeToLive }),
    fault: proxy,
    async close() {
      client.destroy();
      await proxy.close();
    },
  };
}

function redisClient(url: string) {
  const client = createClient({
    url,
    // While there is no connection a command fails at once, instead of waiting for the next one.
    disableOfflineQueue: true,
    socket: { reconnectStrategy: 500 },
  });
  // The client connects again by itself; whether the cache works is for its check to say.
  client.on("error", () => {});
  client.connect().catch(() => {});
  return client;
}
