/**
 * The part of a Redis client that this check calls; `ioredis`, `iovalkey` and `redis` all fit, also
 * for a cluster and by way of Sentinel.
 */
export interface RedisClient {
  ping(): PromiseLike<unknown>;
  /** The state of an `ioredis` client. */
  readonly status?: string;
}
