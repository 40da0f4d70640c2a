import { type RedisClient, redis } from "../../redis.ts";
import type { Opener } from "./opener.ts";

interface IoRedis {
  readonly Redis: new (
    url: string,
    options: object,
  ) => RedisClient & {
    on(event: "error", listener: () => void): unknown;
    disconnect(): void;
  };
}

export const opener: Opener = {
  schemes: ["redis", "rediss", "valkey", "valkeys"],
  packages: ["ioredis"],
  async open(url, { driver, options }) {
    const { Redis } = await driver<IoRedis>("ioredis");
    const client = new Redis(url.href.replace(/^valkey/, "redis"), { maxRetriesPerRequest: null });
    // A connection that is lost is seen by the next run.
    client.on("error", () => {});
    return { check: redis({ ...options, client }), close: () => client.disconnect() };
  },
};
