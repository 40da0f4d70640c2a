export {
  type AmqpChannel,
  type AmqpClient,
  type AmqpConnection,
  type AmqpConsumer,
  type AmqpManager,
  type AmqpOptions,
  amqp,
} from "./amqp.ts";
export {
  type Amqp1Client,
  type Amqp1Link,
  type Amqp1Options,
  amqp1,
  type RheaPromiseConnection,
} from "./amqp1.ts";
export { type AwsClient, type AwsOptions, aws } from "./aws.ts";
export { type BeeQueueClient, type BeeQueueOptions, beeQueue } from "./bee-queue.ts";
export {
  type BullmqClient,
  type BullmqOptions,
  type BullmqQueue,
  type BullQueue,
  bullmq,
} from "./bullmq.ts";
export { type CacheClient, type CacheOptions, cache } from "./cache.ts";
export { type CertificateOptions, certificate } from "./certificate.ts";
export { type ClickhouseClient, type ClickhouseOptions, clickhouse } from "./clickhouse.ts";
export { type Detection, detect, type FoundVariable, type LeftVariable } from "./detect.ts";
export { type DiskOptions, disk } from "./disk.ts";
export { type DnsOptions, type DnsRecordType, dns } from "./dns.ts";
export {
  type DrizzleClient,
  type DrizzleOptions,
  type DrizzleServerClient,
  type DrizzleSqliteClient,
  drizzle,
} from "./drizzle.ts";
export {
  type ElasticsearchClient,
  type ElasticsearchOptions,
  elasticsearch,
} from "./elasticsearch.ts";
export { type EtcdClient, type EtcdOptions, etcd } from "./etcd.ts";
export { type EventLoopFigures, type EventLoopOptions, eventLoop } from "./event-loop.ts";
export { type FilesOptions, files } from "./files.ts";
export { type FromUrlOptions, fromUrl } from "./from-url.ts";
export {
  type GraphileRunner,
  type GraphileWorkerClient,
  type GraphileWorkerOptions,
  type GraphileWorkerUtils,
  graphileWorker,
} from "./graphile-worker.ts";
export { type GrpcClient, type GrpcOptions, grpc } from "./grpc.ts";
export { type HaleOptions, hale } from "./hale.ts";
export { type HeapOptions, heap } from "./heap.ts";
export {
  type HeartbeatAge,
  type HeartbeatOfFile,
  type HeartbeatOfFunction,
  type HeartbeatOfKey,
  type HeartbeatOptions,
  heartbeat,
} from "./heartbeat.ts";
export { type HttpClient, type HttpOptions, http } from "./http.ts";
export {
  type ConfluentAdmin,
  type ConfluentClient,
  type KafkaAdmin,
  type KafkaClient,
  type KafkaConsumer,
  type KafkaEmitter,
  type KafkaFactory,
  type KafkaOptions,
  type KafkaProducer,
  kafka,
  type PlatformaticClient,
} from "./kafka.ts";
export { type KnexClient, type KnexOptions, type KnexRaw, knex } from "./knex.ts";
export { type KyselyClient, type KyselyOptions, kysely } from "./kysely.ts";
export { type LdapClient, type LdapOptions, ldap } from "./ldap.ts";
export { type MailClient, type MailOptions, mail } from "./mail.ts";
export {
  type MemcachedCallbackClient,
  type MemcachedClient,
  type MemcachedOptions,
  type MemjsClient,
  memcached,
} from "./memcached.ts";
export { type MemoryOptions, memory } from "./memory.ts";
export { type MigrationsOptions, migrationsApplied } from "./migrations-applied.ts";
export {
  type MikroOrmClient,
  type MikroOrmConnection,
  type MikroOrmOptions,
  mikroOrm,
} from "./mikro-orm.ts";
export {
  type MongodbClient,
  type MongodbCommandOptions,
  type MongodbMongoClient,
  type MongodbMongoose,
  type MongodbMongooseConnection,
  type MongodbOptions,
  mongodb,
} from "./mongodb.ts";
export { type MqttClient, type MqttOptions, mqtt } from "./mqtt.ts";
export { type MssqlClient, type MssqlOptions, mssql } from "./mssql.ts";
export { type MysqlCallbacks, type MysqlClient, type MysqlOptions, mysql } from "./mysql.ts";
export {
  type NatsClient,
  type NatsConsumer,
  type NatsMessages,
  type NatsOptions,
  type NatsSubscription,
  nats,
} from "./nats.ts";
export { type OpenFilesOptions, openFiles } from "./open-files.ts";
export { type PgBossClient, type PgBossOptions, pgBoss } from "./pg-boss.ts";
export {
  type PgPromise,
  type PostgresClient,
  type PostgresConnection,
  type PostgresOptions,
  type PostgresSql,
  postgres,
} from "./postgres.ts";
export { type PrismaClient, type PrismaOptions, prisma } from "./prisma.ts";
export { type ProgressCheck, type ProgressOptions, progress } from "./progress.ts";
export {
  type QueueAmqpOptions,
  type QueueOptions,
  type QueueRedisOptions,
  type QueueSqsOptions,
  type QueueUrlOptions,
  queue,
  type RedisQueueLayout,
} from "./queue.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
export { type S3Client, type S3Options, s3 } from "./s3.ts";
export { type SequelizeClient, type SequelizeOptions, sequelize } from "./sequelize.ts";
export { type SqliteClient, type SqliteOptions, sqlite } from "./sqlite.ts";
export { type StatusPageOptions, statusPage } from "./status-page.ts";
export { type TcpOptions, tcp } from "./tcp.ts";
export { type TypeormClient, type TypeormOptions, typeorm } from "./typeorm.ts";
export { type UptimeOptions, uptime } from "./uptime.ts";
export { type ZookeeperClient, type ZookeeperOptions, zookeeper } from "./zookeeper.ts";
