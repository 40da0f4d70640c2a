import type { Check, CheckOptions, Run } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { hasMethods } from "../contract/options.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";

/** The part of a cache that this check calls; Keyv and cache-manager both fit. */
export type CacheClient = CacheReadWrite & (CacheDelete | CacheDel);

interface CacheReadWrite {
  get(key: string): PromiseLike<unknown>;
  set(key: string, value: string, ttl: number): PromiseLike<unknown>;
}

interface CacheDelete {
  delete(key: string): PromiseLike<unknown>;
}

interface CacheDel {
  del(key: string): PromiseLike<unknown>;
}

/** The options of {@link cache}. */
export interface CacheOptions extends CheckOptions {
  /** The cache that the service already uses: a Keyv, or what cache-manager's `createCache` makes. */
  client: ClientSource<CacheClient>;
}

/** Milliseconds for which the key may stay behind when the process dies before it is deleted. */
const TIME_TO_LIVE = 60_000;

/**
 * Writes a key of its own, reads it back and deletes it. The key is this process's alone, so that
 * replicas which share the cache do not disturb each other. One round trip is made at a time.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import Keyv from "keyv";
 * import { createHealth } from "hale";
 * import { cache } from "hale/checks";
 *
 * const health = createHealth({ checks: { cache: cache({ client: new Keyv() }) } });
 * ```
 */
export function cache(options: CacheOptions): Check {
  return clientCheck("cache", options, {}, roundTrips);
}

function roundTrips(client: CacheClient): Run {
  let prefix: string | undefined;
  let turn = 0;
  const roundTrip = oneAtATime(async () => {
    // Not before, since workerd has no random values outside of a request.
    prefix ??= `hale:health:${crypto.randomUUID()}`;
    const written = String(++turn);
    // There, several are under way at the same time, one for each request.
    const key = ON_WORKERD ? `${prefix}:${written}` : prefix;
    await promised(client.set(key, written, TIME_TO_LIVE));
    const read = await promised(client.get(key));
    const isKeyv = hasMethods(client, ["delete"]);
    await promised(isKeyv ? (client as CacheDelete).delete(key) : (client as CacheDel).del(key));
    return { written, read };
  });
  return async () => {
    const { written, read } = await roundTrip();
    if (read !== written) {
      throw unexpectedReply(`the value just written, "${written}"`, read);
    }
  };
}
