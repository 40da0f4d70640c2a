import { type Check, type CheckOptions, defineCheck, type Outcome } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { hasMethods } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { queryAll } from "./internal/common/query-all.ts";

/** The part of a memjs client that this check calls, with callbacks, which every version takes. */
export interface MemcachedClient {
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

/** What {@link memcached} takes. */
export interface MemcachedOptions extends CheckOptions {
  /** The client that the service already uses: what `Client.create` of memjs makes. */
  client: MemcachedClient;
}

const CLIENT = {
  expected: "a Client of memjs",
  accepts: (value: unknown) =>
    hasMethods(value, ["get", "set", "delete", "getServer"]) &&
    Array.isArray((value as { servers?: unknown }).servers),
};

/** Seconds for which a key may stay behind when the process dies before it is deleted. */
const TIME_TO_LIVE = 60;

/** Keys that are drawn for each server, so that one is sure to be among them. */
const DRAWN = 200;

/**
 * Writes a key of its own to every server of a memjs client, reads it back and deletes it. It is up
 * when all servers answer, degraded when some do, and down when none does. One round trip is made at
 * a time to each.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Client } from "memjs";
 * import { createHealth } from "hale";
 * import { memcached } from "hale/checks";
 *
 * const client = Client.create("127.0.0.1:11211");
 * const health = createHealth({ checks: { cache: memcached({ client, critical: false }) } });
 * ```
 */
export function memcached(options: MemcachedOptions): Check {
  const { client, ...rest } = validateCheck("memcached()", options, CLIENT);
  const places = keysOf(client).map(({ address, key }) => ({
    address,
    ask: oneAtATime(() => roundTrip(client, key)),
  }));
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const { answers, missing } = await queryAll(places, signal);
      const observations = {
        servers: { value: places.length, unit: "servers" },
        answeringServers: { value: answers.length, unit: "servers" },
      };
      if (missing.length === 0) return { status: "up", observations } satisfies Outcome;
      const answering = `${answers.length} of ${places.length} servers answer`;
      return {
        status: "degraded",
        reason: `${[answering, ...missing].join("; ")}.`,
        observations,
      } satisfies Outcome;
    },
  });
}

interface Key {
  readonly address: string;
  readonly key: string;
}

/** A key for each server; random ones are drawn until each has one. */
function keysOf(client: MemcachedClient): readonly Key[] {
  const keys = new Map<string, Key>();
  const { servers } = client;
  for (let drawn = 0; drawn < servers.length * DRAWN && keys.size < servers.length; drawn++) {
    const key = `hale:health:${crypto.randomUUID()}`;
    const place = servers.length > 1 ? client.getServer(key) : 0;
    const server = servers[Number(place)];
    const address = server === undefined ? String(place) : `${server.host}:${server.port}`;
    if (!keys.has(address)) keys.set(address, { address, key });
  }
  return [...keys.values()];
}

async function roundTrip(client: MemcachedClient, key: string): Promise<void> {
  const written = crypto.randomUUID();
  await called<unknown>((done) => client.set(key, written, { expires: TIME_TO_LIVE }, done));
  const read = await called<unknown>((done) => client.get(key, done));
  await called<unknown>((done) => client.delete(key, done));
  // A buffer, unless the client has a serializer that makes something else.
  if (String(read) !== written) {
    throw unexpectedReply(`the value just written, "${written}"`, read);
  }
}

type Done<T> = (failure: Error | null, value: T) => void;

function called<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    // memjs rejects a wrong password with a text.
    call((failure, value) => {
      if (failure) reject(failure instanceof Error ? failure : new Error(String(failure)));
      else resolve(value);
    });
  });
}
