import type { Opener } from "./_opener.ts";

/** Loads what opens the URLs of a scheme. */
export const OPENERS: Readonly<Record<string, () => Promise<Opener>>> = {
  ldap: async () => (await import("./_open-ldap.ts")).opener,
  ldaps: async () => (await import("./_open-ldap.ts")).opener,
  smtp: async () => (await import("./_open-mail.ts")).opener,
  smtps: async () => (await import("./_open-mail.ts")).opener,
  memcached: async () => (await import("./_open-memcached.ts")).opener,
  mongodb: async () => (await import("./_open-mongodb.ts")).opener,
  "mongodb+srv": async () => (await import("./_open-mongodb.ts")).opener,
  mysql: async () => (await import("./_open-mysql.ts")).opener,
  mariadb: async () => (await import("./_open-mysql.ts")).opener,
  postgres: async () => (await import("./_open-postgres.ts")).opener,
  postgresql: async () => (await import("./_open-postgres.ts")).opener,
  redis: async () => (await import("./_open-redis.ts")).opener,
  rediss: async () => (await import("./_open-redis.ts")).opener,
  valkey: async () => (await import("./_open-redis.ts")).opener,
  valkeys: async () => (await import("./_open-redis.ts")).opener,
  sqlite: async () => (await import("./_open-sqlite.ts")).opener,
};
