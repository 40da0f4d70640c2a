export { type CacheClient, type CacheOptions, cache } from "./cache.ts";
export { fromUrl, URL_SCHEMES } from "./from-url.ts";
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
export {
  type PostgresClient,
  type PostgresConnection,
  type PostgresOptions,
  type PostgresSql,
  postgres,
} from "./postgres.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
export { type SqliteClient, type SqliteOptions, sqlite } from "./sqlite.ts";
