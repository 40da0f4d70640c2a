import type { Check, CheckOptions, Run } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { hasMethods } from "../contract/options.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { isRefusedByName } from "./internal/redis/redis-refusals.ts";

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
  return oneAtATime(async () => {
    // Not before, since workerd has no random values outside of a request.
    prefix ??= `hale:health:${crypto.randomUUID()}`;
    const written = String(++turn);
    // There, several are under way at the same time, one for each request.
    const key = ON_WORKERD ? `${prefix}:${written}` : prefix;
    const heard = hearFailures(client);
    try {
      await promised(client.set(key, written, TIME_TO_LIVE));
      const read = await promised(client.get(key));
      const isKeyv = hasMethods(client, ["delete"]);
      await promised(isKeyv ? (client as CacheDelete).delete(key) : (client as CacheDel).del(key));
      if (read !== written) throw unexpectedRead(written, read, heard.failures);
    } catch (failure) {
      // A server that does not let the user write this key has answered.
      if (!isRefusedByName(failure)) throw failure;
    } finally {
      heard.stop();
    }
  });
}

/**
 * The failure of a value that is not the one just written. Where nothing was read and all that was heard were refusals, it is the first of
 * them; the service's own may be among them, so that they say nothing of a value that is there.
 */
function unexpectedRead(written: string, read: unknown, heard: readonly unknown[]): unknown {
  const other = heard.find((failure) => !isRefusedByName(failure));
  const nothing = read === undefined || read === null;
  if (nothing && other === undefined && heard.length > 0) return heard[0];
  return unexpectedReply(`the value just written, "${written}"`, read, other);
}

interface Emitter {
  on(event: "error", listener: (failure: unknown) => void): unknown;
  off(event: "error", listener: (failure: unknown) => void): unknown;
}

/** Collects the failures of the stores until it is stopped: a Keyv keeps those from its callers. */
function hearFailures(client: object): {
  readonly failures: readonly unknown[];
  stop(): void;
} {
  const { stores } = client as { stores?: unknown };
  const emitters = [client, ...(Array.isArray(stores) ? stores : [])].filter(
    (value): value is Emitter => hasMethods(value, ["on", "off"]),
  );
  const failures: unknown[] = [];
  const listener = (failure: unknown) => void failures.push(failure);
  for (const emitter of emitters) emitter.on("error", listener);
  return {
    failures,
    stop() {
      for (const emitter of emitters) emitter.off("error", listener);
    },
  };
}
