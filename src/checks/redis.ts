import type { Check, CheckOptions } from "../contract/check.ts";
import { BOOLEAN, hasMethods, requireOption } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { type Limits, limitsRule } from "./internal/common/limits.ts";
import type { RedisClient } from "./internal/redis/redis-client.ts";
import { isRedisCluster, queryCluster } from "./internal/redis/redis-cluster.ts";
import { isBunClient } from "./internal/redis/redis-command.ts";
import type { NodeQuery } from "./internal/redis/redis-node.ts";
import { querySingle } from "./internal/redis/redis-single.ts";

export type { RedisClient } from "./internal/redis/redis-client.ts";

/** The options of {@link redis}. */
export interface RedisOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connection is what gets probed. */
  client: ClientSource<RedisClient>;
  /**
   * Whether the service writes. The server is asked for its role as well, and a read-only replica is
   * degraded.
   *
   * @default false
   */
  writable?: boolean | undefined;
  /**
   * The shares of `maxmemory`, each more than 0 and at most 1, from which on the server is degraded or
   * down. It is asked with `INFO memory`; `{}` only observes.
   *
   * @default none
   */
  memory?: Limits | undefined;
}

const TELLING_CLIENT = {
  expected: "a client that has role() and info(), which the options writable and memory need",
  secret: true,
  accepts: (value: unknown) => hasMethods(value, ["role", "info"]) || isBunClient(value),
};

const OWN_RULES = {
  writable: BOOLEAN,
  memory: limitsRule({ what: "a share", least: 0, most: 1 }),
};

/**
 * Sends `PING` over the client's own connection and expects `PONG`. At most one `PING` waits for an
 * answer. An `ioredis` client that has lost its connection is down at once, and a server that still
 * loads its data is told as that.
 *
 * Of a cluster, every master is asked for `CLUSTER INFO` over its own connection: it is up when all
 * serve, degraded when some do, and down when none does. By way of Sentinel, the master is asked.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Redis } from "ioredis";
 * import { createHealth } from "hale";
 * import { redis } from "hale/checks";
 *
 * const client = new Redis("redis://127.0.0.1:6379");
 * const health = createHealth({ checks: { cache: redis({ client, timeout: 300 }) } });
 * ```
 */
export function redis(options: RedisOptions): Check {
  return clientCheck("redis", options, OWN_RULES, (client: RedisClient, own) => {
    const { writable = false, memory } = own;
    if (writable || memory !== undefined) {
      requireOption("redis()", "client", client, TELLING_CLIENT);
    }
    const query: NodeQuery = { writable, memory };
    return isRedisCluster(client) ? queryCluster(client, query) : querySingle(client, query);
  });
}
