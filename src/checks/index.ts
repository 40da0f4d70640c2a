export { type CacheClient, type CacheOptions, cache } from "./cache.ts";
export {
  type PostgresClient,
  type PostgresConnection,
  type PostgresOptions,
  type PostgresSql,
  postgres,
} from "./postgres.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
