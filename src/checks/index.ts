export { type BeeQueueClient, type BeeQueueOptions, beeQueue } from "./bee-queue.ts";
export { type BullmqClient, type BullmqOptions, bullmq } from "./bullmq.ts";
export { type CacheClient, type CacheOptions, cache } from "./cache.ts";
export { type Detection, detect, type FoundVariable, type LeftVariable } from "./detect.ts";
export { type DiskOptions, disk } from "./disk.ts";
export {
  type ElasticsearchClient,
  type ElasticsearchOptions,
  elasticsearch,
} from "./elasticsearch.ts";
export { type EtcdClient, type EtcdOptions, etcd } from "./etcd.ts";
export { type EventLoopFigures, type EventLoopOptions, eventLoop } from "./event-loop.ts";
export { type FilesOptions, files } from "./files.ts";
export { fromUrl } from "./from-url.ts";
export { type HeapOptions, heap } from "./heap.ts";
export { type LdapClient, type LdapOptions, ldap } from "./ldap.ts";
export { type MailClient, type MailOptions, mail } from "./mail.ts";
export { type MemcachedClient, type MemcachedOptions, memcached } from "./memcached.ts";
export { type MemoryOptions, memory } from "./memory.ts";
export {
  type MongodbClient,
  type MongodbCommandOptions,
  type MongodbMongoClient,
  type MongodbMongoose,
  type MongodbMongooseConnection,
  type MongodbOptions,
  mongodb,
} from "./mongodb.ts";
export { type MysqlCallbacks, type MysqlClient, type MysqlOptions, mysql } from "./mysql.ts";
export { type OpenFilesOptions, openFiles } from "./open-files.ts";
export { type PgBossClient, type PgBossOptions, pgBoss } from "./pg-boss.ts";
export {
  type PostgresClient,
  type PostgresConnection,
  type PostgresOptions,
  type PostgresSql,
  postgres,
} from "./postgres.ts";
export { type ProgressCheck, type ProgressOptions, progress } from "./progress.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
export { type SqliteClient, type SqliteOptions, sqlite } from "./sqlite.ts";
export { type UptimeOptions, uptime } from "./uptime.ts";
