import type { Check } from "../contract/check.ts";
import type { AmqpClient } from "./amqp.ts";
import type { CacheClient } from "./cache.ts";
import type { KafkaClient } from "./kafka.ts";
import type { MqttClient } from "./mqtt.ts";
import type { NatsClient } from "./nats.ts";
import type { PostgresClient } from "./postgres.ts";
import type { RedisClient } from "./redis.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient =
  | AmqpClient
  | CacheClient
  | KafkaClient
  | MqttClient
  | NatsClient
  | PostgresClient
  | RedisClient;

const BODIES = {
  amqp: async (client: never) => (await import("./amqp.ts")).amqp({ client }),
  cache: async (client: never) => (await import("./cache.ts")).cache({ client }),
  kafka: async (client: never) => (await import("./kafka.ts")).kafka({ client }),
  mqtt: async (client: never) => (await import("./mqtt.ts")).mqtt({ client }),
  nats: async (client: never) => (await import("./nats.ts")).nats({ client }),
  postgres: async (client: never) => (await import("./postgres.ts")).postgres({ client }),
  redis: async (client: never) => (await import("./redis.ts")).redis({ client }),
} as const satisfies Readonly<Record<string, (client: never) => Promise<Check>>>;

/** The check that a client becomes. */
export type Kind = keyof typeof BODIES;

/** Imports the body of a check and makes it of a client. */
export function bodyOf(kind: Kind, client: object): Promise<Check> {
  return BODIES[kind](client as never);
}
