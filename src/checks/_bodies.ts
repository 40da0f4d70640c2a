import type { Check } from "../contract/check.ts";
import type { CacheClient } from "./cache.ts";
import type { MongodbClient } from "./mongodb.ts";
import type { MysqlClient } from "./mysql.ts";
import type { PostgresClient } from "./postgres.ts";
import type { RedisClient } from "./redis.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient = CacheClient | MongodbClient | MysqlClient | PostgresClient | RedisClient;

const BODIES = {
  cache: async (client: never) => (await import("./cache.ts")).cache({ client }),
  mongodb: async (client: never) => (await import("./mongodb.ts")).mongodb({ client }),
  mysql: async (client: never) => (await import("./mysql.ts")).mysql({ client }),
  postgres: async (client: never) => (await import("./postgres.ts")).postgres({ client }),
  redis: async (client: never) => (await import("./redis.ts")).redis({ client }),
} as const satisfies Readonly<Record<string, (client: never) => Promise<Check>>>;

/** The check that a client becomes. */
export type Kind = keyof typeof BODIES;

/** Imports the body of a check and makes it of a client. */
export function bodyOf(kind: Kind, client: object): Promise<Check> {
  return BODIES[kind](client as never);
}
