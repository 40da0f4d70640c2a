import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { hasMethods } from "../contract/options.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";

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

/** What {@link cache} takes. */
export interface CacheOptions extends CheckOptions {
  /** The cache that the service already uses: a Keyv, or what cache-manager's `createCache` makes. */
  client: CacheClient;
}

const CLIENT = {
  expected: "a Keyv, or a cache of cache-manager",
  accepts: (value: unknown) =>
    hasMethods(value, ["get", "set"]) &&
    (hasMethods(value, ["delete"]) || hasMethods(value, ["del"])),
};

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
  const { client, ...rest } = validateCheck("cache()", options, CLIENT);
  let prefix: string | undefined;
  let turn = 0;
  const roundTrip = oneAtATime(async () => {
    // Not before, since workerd has no random values outside of a request.
    prefix ??= `hale:health:${crypto.randomUUID()}`;
    const written = String(++turn);
    // There, several are under way at the same time, one for each request.
    const key = ON_WORKERD ? `${prefix}:${written}` : prefix;
    await client.set(key, written, TIME_TO_LIVE);
    const read = await client.get(key);
    await ("delete" in client ? client.delete(key) : client.del(key));
    return { written, read };
  });
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run() {
      const { written, read } = await roundTrip();
      if (read !== written) {
        throw unexpectedReply(`the value just written, "${written}"`, read);
      }
    },
  });
}
