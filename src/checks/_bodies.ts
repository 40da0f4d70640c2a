import type { Check } from "../contract/check.ts";
import type { AmqpClient } from "./amqp.ts";
import type { BeeQueueClient } from "./bee-queue.ts";
import type { BullmqClient } from "./bullmq.ts";
import type { CacheClient } from "./cache.ts";
import type { DrizzleClient } from "./drizzle.ts";
import type { ElasticsearchClient } from "./elasticsearch.ts";
import type { EtcdClient } from "./etcd.ts";
import type { GrpcClient } from "./grpc.ts";
import type { KafkaClient } from "./kafka.ts";
import type { KnexClient } from "./knex.ts";
import type { KyselyClient } from "./kysely.ts";
import type { LdapClient } from "./ldap.ts";
import type { MailClient } from "./mail.ts";
import type { MemcachedClient } from "./memcached.ts";
import type { MikroOrmClient } from "./mikro-orm.ts";
import type { MongodbClient } from "./mongodb.ts";
import type { MqttClient } from "./mqtt.ts";
import type { MysqlClient } from "./mysql.ts";
import type { NatsClient } from "./nats.ts";
import type { PgBossClient } from "./pg-boss.ts";
import type { PostgresClient } from "./postgres.ts";
import type { PrismaClient } from "./prisma.ts";
import type { RedisClient } from "./redis.ts";
import type { S3Client } from "./s3.ts";
import type { SequelizeClient } from "./sequelize.ts";
import type { SqliteClient } from "./sqlite.ts";
import type { TypeormClient } from "./typeorm.ts";
import type { ZookeeperClient } from "./zookeeper.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient =
  | AmqpClient
  | BeeQueueClient
  | BullmqClient
  | CacheClient
  | DrizzleClient
  | ElasticsearchClient
  | EtcdClient
  | GrpcClient
  | KafkaClient
  | KnexClient
  | KyselyClient
  | LdapClient
  | MailClient
  | MemcachedClient
  | MikroOrmClient
  | MongodbClient
  | MqttClient
  | MysqlClient
  | NatsClient
  | PgBossClient
  | PostgresClient
  | PrismaClient
  | RedisClient
  | S3Client
  | SequelizeClient
  | SqliteClient
  | TypeormClient
  | ZookeeperClient;

const BODIES = {
  amqp: async (client: never) => (await import("./amqp.ts")).amqp({ client }),
  "bee-queue": async (client: never) => (await import("./bee-queue.ts")).beeQueue({ client }),
  bullmq: async (client: never) => (await import("./bullmq.ts")).bullmq({ client }),
  cache: async (client: never) => (await import("./cache.ts")).cache({ client }),
  drizzle: async (client: never) => (await import("./drizzle.ts")).drizzle({ client }),
  elasticsearch: async (client: never) =>
    (await import("./elasticsearch.ts")).elasticsearch({ client }),
  etcd: async (client: never) => (await import("./etcd.ts")).etcd({ client }),
  grpc: async (client: never) => (await import("./grpc.ts")).grpc({ client }),
  kafka: async (client: never) => (await import("./kafka.ts")).kafka({ client }),
  knex: async (client: never) => (await import("./knex.ts")).knex({ client }),
  kysely: async (client: never) => (await import("./kysely.ts")).kysely({ client }),
  ldap: async (client: never) => (await import("./ldap.ts")).ldap({ client }),
  mail: async (client: never) => (await import("./mail.ts")).mail({ client }),
  memcached: async (client: never) => (await import("./memcached.ts")).memcached({ client }),
  "mikro-orm": async (client: never) => (await import("./mikro-orm.ts")).mikroOrm({ client }),
  mongodb: async (client: never) => (await import("./mongodb.ts")).mongodb({ client }),
  mqtt: async (client: never) => (await import("./mqtt.ts")).mqtt({ client }),
  mysql: async (client: never) => (await import("./mysql.ts")).mysql({ client }),
  nats: async (client: never) => (await import("./nats.ts")).nats({ client }),
  "pg-boss": async (client: never) => (await import("./pg-boss.ts")).pgBoss({ client }),
  postgres: async (client: never) => (await import("./postgres.ts")).postgres({ client }),
  prisma: async (client: never) => (await import("./prisma.ts")).prisma({ client }),
  redis: async (client: never) => (await import("./redis.ts")).redis({ client }),
  s3: async (client: never) => (await import("./s3.ts")).s3({ client }),
  sequelize: async (client: never) => (await import("./sequelize.ts")).sequelize({ client }),
  sqlite: async (client: never) => (await import("./sqlite.ts")).sqlite({ client }),
  typeorm: async (client: never) => (await import("./typeorm.ts")).typeorm({ client }),
  zookeeper: async (client: never) => (await import("./zookeeper.ts")).zookeeper({ client }),
} as const satisfies Readonly<Record<string, (client: never) => Promise<Check>>>;

/** The check that a client becomes. */
export type Kind = keyof typeof BODIES;

/** Imports the body of a check and makes it of a client. */
export function bodyOf(kind: Kind, client: object): Promise<Check> {
  return BODIES[kind](client as never);
}
