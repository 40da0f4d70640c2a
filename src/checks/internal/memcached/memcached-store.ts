import { hasMethods } from "../../../contract/options.ts";

/** The part of a memjs client that is called here, with callbacks, which every version takes. */
export interface MemjsClient {
  get(key: string, callback: (failure: Error | null, value: never) => void): void;
  set(
    key: string,
    value: string,
    options: { expires: number },
    callback: (failure: Error | null, stored: boolean | null) => void,
  ): void;
  delete(key: string, callback: (failure: Error | null, deleted: boolean | null) => void): void;
  readonly servers: readonly { readonly host: string; readonly port: string | number }[];
  /** The place, in the list of servers, of the one that has a key. */
  getServer(key: string): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: the callbacks of npm memcached have types of their own
type Callback = any;

/** The part of a client of npm `memcached` that is called here. */
export interface MemcachedCallbackClient {
  get(key: string, callback: Callback): void;
  set(key: string, value: string, seconds: number, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

/** The properties of npm `memcached` that its types lack. */
interface WithRing {
  readonly servers: readonly string[];
  readonly HashRing: { get(key: string): string };
}

/** The servers of a client, whatever the driver. */
export interface MemcachedStore {
  /** The number of servers. */
  readonly servers: number;
  /** The address of the server that has a key. */
  serverOf(key: string): string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, seconds: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}

/** The servers of a client of either driver. */
export function storeOf(client: MemjsClient | MemcachedCallbackClient): MemcachedStore {
  return hasMethods(client, ["getServer"])
    ? storeOfMemjs(client as MemjsClient)
    : storeOfMemcached(client as MemcachedCallbackClient & WithRing);
}

function storeOfMemjs(client: MemjsClient): MemcachedStore {
  const { servers } = client;
  return {
    servers: servers.length,
    serverOf(key) {
      const place = servers.length > 1 ? client.getServer(key) : 0;
      const server = servers[Number(place)];
      return server === undefined ? String(place) : `${server.host}:${server.port}`;
    },
    get: (key) => called((done) => client.get(key, done)),
    set: (key, value, expires) => called((done) => client.set(key, value, { expires }, done)),
    delete: (key) => called((done) => client.delete(key, done)),
  };
}

function storeOfMemcached(client: MemcachedCallbackClient & WithRing): MemcachedStore {
  const { servers } = client;
  return {
    servers: servers.length,
    serverOf: (key) => (servers.length > 1 ? client.HashRing.get(key) : String(servers[0])),
    get: (key) => called((done) => client.get(key, done)),
    set: (key, value, seconds) => called((done) => client.set(key, value, seconds, done)),
    delete: (key) => called((done) => client.del(key, done)),
  };
}

function called(
  call: (done: (failure: Error | null, value: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call((failure, value) => {
      if (!failure) return resolve(value);
      // memjs rejects a wrong password with a text, memcached with a list of what its servers have said.
      const [first] = [failure].flat() as unknown[];
      reject(first instanceof Error ? first : new Error(String(first)));
    });
  });
}
