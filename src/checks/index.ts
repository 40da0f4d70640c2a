export { type BeeQueueClient, type BeeQueueOptions, beeQueue } from "./bee-queue.ts";
export { type BullmqClient, type BullmqOptions, bullmq } from "./bullmq.ts";
export { type CacheClient, type CacheOptions, cache } from "./cache.ts";
export { type Detection, detect, type FoundVariable, type LeftVariable } from "./detect.ts";
export { fromUrl } from "./from-url.ts";
export { type MemcachedClient, type MemcachedOptions, memcached } from "./memcached.ts";
export { type PgBossClient, type PgBossOptions, pgBoss } from "./pg-boss.ts";
export {
  type PostgresClient,
  type PostgresConnection,
  type PostgresOptions,
  type PostgresSql,
  postgres,
} from "./postgres.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
