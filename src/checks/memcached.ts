import type { Check, CheckOptions, Outcome, Run } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { queryAll } from "./internal/common/query-all.ts";
import {
  type MemcachedCallbackClient,
  type MemcachedStore,
  type MemjsClient,
  storeOf,
} from "./internal/memcached/memcached-store.ts";

export type { MemcachedCallbackClient, MemjsClient } from "./internal/memcached/memcached-store.ts";

/** A Client of memjs 1, or a Memcached of memcached 2. */
export type MemcachedClient = MemjsClient | MemcachedCallbackClient;

/** The options of {@link memcached}. */
export interface MemcachedOptions extends CheckOptions {
  /** The client that the service already uses: what `Client.create` of memjs or `new Memcached` makes. */
  client: ClientSource<MemcachedClient>;
}

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
  return clientCheck("memcached", options, {}, throughServers);
}

function throughServers(client: MemcachedClient): Run {
  const store = storeOf(client);
  const places = keysOf(store).map(({ address, key }) => ({
    address,
    ask: oneAtATime(() => roundTrip(store, key)),
  }));
  return async ({ signal }) => {
    const { status, code, replies, missing } = await queryAll(places, signal);
    const observations = {
      servers: { value: places.length, unit: "servers" },
      answeringServers: { value: replies.length, unit: "servers" },
    };
    if (status === "up") return { status, observations } satisfies Outcome;
    const answering = `${replies.length} of ${places.length} servers answer`;
    return {
      status,
      code,
      reason: `${[answering, ...missing].join("; ")}.`,
      observations,
    } satisfies Outcome;
  };
}

interface Key {
  readonly address: string;
  readonly key: string;
}

/** A key for each server; random ones are drawn until each has one. */
function keysOf({ servers, serverOf }: MemcachedStore): readonly Key[] {
  const keys = new Map<string, Key>();
  for (let drawn = 0; drawn < servers * DRAWN && keys.size < servers; drawn++) {
    const key = `hale:health:${crypto.randomUUID()}`;
    const address = serverOf(key);
    if (!keys.has(address)) keys.set(address, { address, key });
  }
  return [...keys.values()];
}

async function roundTrip(store: MemcachedStore, key: string): Promise<void> {
  const written = crypto.randomUUID();
  await store.set(key, written, TIME_TO_LIVE);
  const read = await store.get(key);
  await store.delete(key);
  // A buffer, unless the client has a serializer that makes something else.
  if (String(read) !== written) {
    throw unexpectedReply(`the value just written, "${written}"`, read);
  }
}
