import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { oneAtATime } from "./_one-at-a-time.ts";
import { validateCheck } from "./_validate-check.ts";

/** The part of a Redis client that this check calls; `ioredis` and `redis` both fit. */
export interface RedisClient {
  ping(): PromiseLike<unknown>;
  /** The state of an `ioredis` client. */
  readonly status?: string;
}

/** What {@link redis} takes. */
export interface RedisOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connection is what gets probed. */
  client: RedisClient;
}

const CLIENT = {
  expected: "a client of ioredis or redis",
  accepts: (value: unknown) => hasMethods(value, ["ping"]),
};

/** States of an ioredis client that has lost its connection; commands would wait in its queue. */
const LOST = ["reconnecting", "close", "end"];

/**
 * Sends `PING` over the client's own connection and expects `PONG`. At most one `PING` waits for an
 * answer. An `ioredis` client that has lost its connection is down at once.
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
  const { client, ...rest } = validateCheck("redis()", options, CLIENT);
  const ping = oneAtATime(() => client.ping());
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run() {
      const { status } = client;
      if (status !== undefined && LOST.includes(status)) {
        throw outerError("HALE_NOT_CONNECTED", status);
      }
      const reply = await ping();
      if (String(reply) !== "PONG") throw outerError("HALE_UNEXPECTED_REPLY", "PONG", reply);
    },
  });
}
