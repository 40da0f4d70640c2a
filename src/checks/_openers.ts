import type { Opener } from "./_opener.ts";

/** Loads what opens the URLs of a scheme. */
export const OPENERS: Readonly<Record<string, () => Promise<Opener>>> = {
  amqp: async () => (await import("./_open-amqp.ts")).opener,
  amqps: async () => (await import("./_open-amqp.ts")).opener,
  kafka: async () => (await import("./_open-kafka.ts")).opener,
  mqtt: async () => (await import("./_open-mqtt.ts")).opener,
  mqtts: async () => (await import("./_open-mqtt.ts")).opener,
  nats: async () => (await import("./_open-nats.ts")).opener,
  postgres: async () => (await import("./_open-postgres.ts")).opener,
  postgresql: async () => (await import("./_open-postgres.ts")).opener,
  redis: async () => (await import("./_open-redis.ts")).opener,
  rediss: async () => (await import("./_open-redis.ts")).opener,
  valkey: async () => (await import("./_open-redis.ts")).opener,
  valkeys: async () => (await import("./_open-redis.ts")).opener,
};
