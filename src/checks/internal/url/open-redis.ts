import { type RedisClient, redis } from "../../redis.ts";
import { lastErrorOf } from "../redis/last-error.ts";
import { requireConnection } from "../redis/redis-single.ts";
import { bunIfAny } from "./bun.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opener } from "./opener.ts";

interface IoRedis {
  readonly Redis: new (
    url: string,
    options: object,
  ) => RedisClient & {
    on(event: "error", listener: () => void): unknown;
    call(...command: string[]): Promise<unknown>;
    readonly options: object;
    disconnect(): void;
  };
}

interface NodeRedis {
  createClient(options: object): RedisClient & {
    on(event: "error", listener: () => void): unknown;
    connect(): Promise<unknown>;
    /** From redis 5 on. */
    destroy?(): void;
    /** Of redis 4. */
    disconnect?(): Promise<void>;
  };
}

interface BunRedis {
  readonly RedisClient: new (url: string) => RedisClient & { close(): void };
}

export const opener: Opener = {
  schemes: ["redis", "rediss", "valkey", "valkeys"],
  packages: ["ioredis", "iovalkey", "redis"],
  open({ href }, { driver, options }) {
    const url = href.replace(/^valkey/, "redis");
    const throughIoRedis = ({ Redis }: IoRedis) => {
      const client = new Redis(url, { maxRetriesPerRequest: null });
      // A connection that is lost is seen by the next run.
      client.on("error", () => {});
      const lastError = lastErrorOf(client);
      return {
        check: redis({ ...options, client }),
        client: {
          // A command over a connection that is lost would wait in the client's queue.
          async call(...command: string[]) {
            requireConnection(client, lastError.error);
            return client.call(...command);
          },
          options: client.options,
        },
        close() {
          lastError.close();
          client.disconnect();
        },
      };
    };
    const bun = bunIfAny<BunRedis>();
    return openWithFirst(driver, {
      ioredis: throughIoRedis,
      iovalkey: throughIoRedis,
      redis({ createClient }: NodeRedis) {
        const client = createClient({ url });
        client.on("error", () => {});
        // It goes on connecting by itself, and keeps the questions of runs meanwhile.
        client.connect().catch(() => {});
        const close = () => (client.destroy ? client.destroy() : client.disconnect?.());
        return { check: redis({ ...options, client }), client, close };
      },
      ...(bun && {
        bun() {
          const client = new bun.RedisClient(url);
          return { check: redis({ ...options, client }), client, close: () => client.close() };
        },
      }),
    });
  },
};
