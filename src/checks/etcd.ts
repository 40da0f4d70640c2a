import type { Check, CheckOptions } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { GIVE_UP_AFTER, oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";

/** The part of an `Etcd3` client, or of a namespace of it, that this check calls. */
export interface EtcdClient {
  get(key: string): EtcdQuery;
}

interface EtcdQuery {
  options(options: { deadline: number }): EtcdQuery;
  exec(): PromiseLike<{ readonly count: unknown }>;
}

/** The options of {@link etcd}. */
export interface EtcdOptions extends CheckOptions {
  /** The client that the service already uses, or a namespace of it. */
  client: ClientSource<EtcdClient>;
}

/** A key that is never written: that it is missing is an answer of the whole cluster. */
const KEY = "hale:health";

/** The refusal of a user who may not read the key: the cluster has answered, and knows the caller. */
const DENIED = /permission denied/i;

/**
 * Reads one key that is never written, which etcd answers only while most of its members agree. At most one
 * such request waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Etcd3 } from "etcd3";
 * import { createHealth } from "hale";
 * import { etcd } from "hale/checks";
 *
 * const client = new Etcd3({ hosts: "127.0.0.1:2379" });
 * const health = createHealth({ checks: { settings: etcd({ client, timeout: 300 }) } });
 * ```
 */
export function etcd(options: EtcdOptions): Check {
  return clientCheck("etcd", options, {}, (client: EtcdClient) => {
    const ask = oneAtATime(() => readKey(client));
    return async () => void (await ask());
  });
}

async function readKey(client: EtcdClient): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER;
  let count: unknown;
  try {
    ({ count } = await promised(client.get(KEY).options({ deadline }).exec()));
  } catch (failure) {
    if (DENIED.test(String(failure))) return;
    throw failure;
  }
  if (!/^\d+$/.test(String(count))) throw unexpectedReply("a count", count);
}
