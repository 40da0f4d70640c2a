import type { Check } from "../contract/check.ts";
import type { BeeQueueClient } from "./bee-queue.ts";
import type { BullmqClient } from "./bullmq.ts";
import type { CacheClient } from "./cache.ts";
import type { ElasticsearchClient } from "./elasticsearch.ts";
import type { EtcdClient } from "./etcd.ts";
import type { LdapClient } from "./ldap.ts";
import type { MailClient } from "./mail.ts";
import type { MemcachedClient } from "./memcached.ts";
import type { MongodbClient } from "./mongodb.ts";
import type { MysqlClient } from "./mysql.ts";
import type { PgBossClient } from "./pg-boss.ts";
import type { PostgresClient } from "./postgres.ts";
import type { RedisClient } from "./redis.ts";
import type { SqliteClient } from "./sqlite.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient =
  | BeeQueueClient
  | BullmqClient
  | CacheClient
  | ElasticsearchClient
  | EtcdClient
  | LdapClient
  | MailClient
  | MemcachedClient
  | MongodbClient
  | MysqlClient
  | PgBossClient
  | PostgresClient
  | RedisClient
  | SqliteClient;

const BODIES = {
  "bee-queue": async (client: never) => (await import("./bee-queue.ts")).beeQueue({ client }),
  bullmq: async (client: never) => (await import("./bullmq.ts")).bullmq({ client }),
  cache: async (client: never) => (await import("./cache.ts")).cache({ client }),
  elasticsearch: async (client: never) =>
    (await import("./elasticsearch.ts")).elasticsearch({ client }),
  etcd: async (client: never) => (await import("./etcd.ts")).etcd({ client }),
  ldap: async (client: never) => (await import("./ldap.ts")).ldap({ client }),
  mail: async (client: never) => (await import("./mail.ts")).mail({ client }),
  memcached: async (client: never) => (await import("./memcached.ts")).memcached({ client }),
  mongodb: async (client: never) => (await import("./mongodb.ts")).mongodb({ client }),
  mysql: async (client: never) => (await import("./mysql.ts")).mysql({ client }),
  "pg-boss": async (client: never) => (await import("./pg-boss.ts")).pgBoss({ client }),
  postgres: async (client: never) => (await import("./postgres.ts")).postgres({ client }),
  redis: async (client: never) => (await import("./redis.ts")).redis({ client }),
  sqlite: async (client: never) => (await import("./sqlite.ts")).sqlite({ client }),
} as const satisfies Readonly<Record<string, (client: never) => Promise<Check>>>;

/** The check that a client becomes. */
export type Kind = keyof typeof BODIES;

/** Imports the body of a check and makes it of a client. */
export function bodyOf(kind: Kind, client: object): Promise<Check> {
  return BODIES[kind](client as never);
}
