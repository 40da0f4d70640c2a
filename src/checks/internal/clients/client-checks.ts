import type { Check } from "../../../contract/check.ts";
import type { AmqpClient } from "../../amqp.ts";
import type { Amqp1Client } from "../../amqp1.ts";
import type { BeeQueueClient } from "../../bee-queue.ts";
import type { BullmqClient } from "../../bullmq.ts";
import type { CacheClient } from "../../cache.ts";
import type { ClickhouseClient } from "../../clickhouse.ts";
import type { DrizzleClient } from "../../drizzle.ts";
import type { ElasticsearchClient } from "../../elasticsearch.ts";
import type { EtcdClient } from "../../etcd.ts";
import type { GraphileWorkerClient } from "../../graphile-worker.ts";
import type { GrpcClient } from "../../grpc.ts";
import type { KafkaClient } from "../../kafka.ts";
import type { KnexClient } from "../../knex.ts";
import type { KyselyClient } from "../../kysely.ts";
import type { LdapClient } from "../../ldap.ts";
import type { MailClient } from "../../mail.ts";
import type { MemcachedClient } from "../../memcached.ts";
import type { MikroOrmClient } from "../../mikro-orm.ts";
import type { MongodbClient } from "../../mongodb.ts";
import type { MqttClient } from "../../mqtt.ts";
import type { MssqlClient } from "../../mssql.ts";
import type { MysqlClient } from "../../mysql.ts";
import type { NatsClient } from "../../nats.ts";
import type { PgBossClient } from "../../pg-boss.ts";
import type { PostgresClient } from "../../postgres.ts";
import type { PrismaClient } from "../../prisma.ts";
import type { RedisClient } from "../../redis.ts";
import type { S3Client } from "../../s3.ts";
import type { SequelizeClient } from "../../sequelize.ts";
import type { SqliteClient } from "../../sqlite.ts";
import type { TypeormClient } from "../../typeorm.ts";
import type { ZookeeperClient } from "../../zookeeper.ts";
import type { Kind } from "./client-table.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient =
  | AmqpClient
  | Amqp1Client
  | BeeQueueClient
  | BullmqClient
  | CacheClient
  | ClickhouseClient
  | DrizzleClient
  | ElasticsearchClient
  | EtcdClient
  | GraphileWorkerClient
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
  | MssqlClient
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

const LOADERS: { readonly [K in Kind]?: () => Promise<Maker> } = {
  amqp: async () => (await import("../../amqp.ts")).amqp,
  amqp1: async () => (await import("../../amqp1.ts")).amqp1,
  beeQueue: async () => (await import("../../bee-queue.ts")).beeQueue,
  bullmq: async () => (await import("../../bullmq.ts")).bullmq,
  cache: async () => (await import("../../cache.ts")).cache,
  clickhouse: async () => (await import("../../clickhouse.ts")).clickhouse,
  drizzle: async () => (await import("../../drizzle.ts")).drizzle,
  elasticsearch: async () => (await import("../../elasticsearch.ts")).elasticsearch,
  etcd: async () => (await import("../../etcd.ts")).etcd,
  graphileWorker: async () => (await import("../../graphile-worker.ts")).graphileWorker,
  grpc: async () => (await import("../../grpc.ts")).grpc,
  kafka: async () => (await import("../../kafka.ts")).kafka,
  knex: async () => (await import("../../knex.ts")).knex,
  kysely: async () => (await import("../../kysely.ts")).kysely,
  ldap: async () => (await import("../../ldap.ts")).ldap,
  mail: async () => (await import("../../mail.ts")).mail,
  memcached: async () => (await import("../../memcached.ts")).memcached,
  mikroOrm: async () => (await import("../../mikro-orm.ts")).mikroOrm,
  mongodb: async () => (await import("../../mongodb.ts")).mongodb,
  mqtt: async () => (await import("../../mqtt.ts")).mqtt,
  mssql: async () => (await import("../../mssql.ts")).mssql,
  mysql: async () => (await import("../../mysql.ts")).mysql,
  nats: async () => (await import("../../nats.ts")).nats,
  pgBoss: async () => (await import("../../pg-boss.ts")).pgBoss,
  postgres: async () => (await import("../../postgres.ts")).postgres,
  prisma: async () => (await import("../../prisma.ts")).prisma,
  redis: async () => (await import("../../redis.ts")).redis,
  s3: async () => (await import("../../s3.ts")).s3,
  sequelize: async () => (await import("../../sequelize.ts")).sequelize,
  sqlite: async () => (await import("../../sqlite.ts")).sqlite,
  typeorm: async () => (await import("../../typeorm.ts")).typeorm,
  zookeeper: async () => (await import("../../zookeeper.ts")).zookeeper,
};

type Maker = (options: { client: never }) => Check;

/**
 * Loads the body of a check and makes it of a client. Node itself keeps the failure of a file that has thrown,
 * and Node 20 that of one which was found and could not be read; one that was not found may be there the next
 * time.
 *
 * @internal so that the types of the package lack the table of clients
 */
export async function checkOf(kind: Kind, client: object): Promise<Check> {
  const make = await LOADERS[kind]?.();
  if (make === undefined) throw new Error(`No check takes a client of ${kind} as it is.`);
  return make({ client: client as never });
}
