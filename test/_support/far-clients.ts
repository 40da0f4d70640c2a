import { PrismaPg } from "@prisma/adapter-pg";
import { connect as connectAmqp } from "amqplib";
import { drizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import createKnex from "knex";
import { Kysely, PostgresDialect } from "kysely";
import mariadb from "mariadb";
import { MongoClient } from "mongodb";
import mysql2 from "mysql2";
import pg from "pg";
import createSql from "postgres";
import { createClient } from "redis";
import { Sequelize } from "sequelize";
import { DataSource } from "typeorm";
import type { HealthOptions } from "../../src/health.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";
import { mongodb } from "../servers/mongodb.ts";
import { postgres } from "../servers/postgres.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";
import { redis } from "../servers/redis.ts";
import { generatePrismaClient } from "./prisma-client.ts";

/** A client as a service makes it, and what ends it. */
export interface FarClient {
  readonly client: NonNullable<HealthOptions["checks"]>[string];
  close(): unknown;
}

/** The servers of {@link FAR_CLIENTS}, those that can with TLS. */
export const FAR_SERVERS = {
  postgres: () => postgres.start({ tls: true }),
  mariadb: () => mariadbServer.start({ tls: true }),
  redis: () => redis.start(),
  mongodb: () => mongodb.start(),
  rabbitmq: () => rabbitmq.start(),
} as const;

/** One of {@link FAR_SERVERS}. */
export type FarServer = keyof typeof FAR_SERVERS;

/** TLS without a look at who signed: what counts here is how long it takes. */
const ssl = { rejectUnauthorized: false };

/** Opens a `pg` Pool with TLS. */
export function openPg(
  connectionString: string,
  options: pg.PoolConfig = {},
): { client: pg.Pool; close(): unknown } {
  const client = new pg.Pool({ connectionString, ssl, ...options });
  client.on("error", () => {});
  // A connection that the pool has given up hears of the end of its server too.
  client.on("connect", (connection) => connection.on("error", () => {}));
  return { client, close: () => client.end() };
}

/** Clients by name, with the server that each talks to, and the connections that its driver closes by itself. */
export const FAR_CLIENTS: Readonly<
  Record<
    string,
    { server: FarServer; ownEnds?: number; open(url: string): FarClient | Promise<FarClient> }
  >
> = {
  "pg Pool": { server: "postgres", open: openPg },
  "Drizzle (pg)": {
    server: "postgres",
    open(url) {
      const { client, close } = openPg(url);
      return { client: drizzle(client), close };
    },
  },
  "TypeORM (pg)": {
    server: "postgres",
    async open(url) {
      const client = new DataSource({ type: "postgres", url, ssl });
      // It opens its first connection by itself, and the service waits for that.
      await client.initialize();
      return { client, close: () => client.destroy() };
    },
  },
  "Knex (pg)": {
    server: "postgres",
    open(url) {
      const client = createKnex({
        client: "pg",
        connection: { ...partsOf(url), ssl },
        pool: { min: 0, max: 10 },
      });
      return { client, close: () => client.destroy() };
    },
  },
  "Sequelize (pg)": {
    server: "postgres",
    // It asks for the version once, over a connection that it closes.
    ownEnds: 1,
    open(url) {
      const client = new Sequelize(url, { logging: false, dialectOptions: { ssl } });
      return { client, close: () => client.close() };
    },
  },
  "Kysely (pg)": {
    server: "postgres",
    open(url) {
      const { client: pool, close } = openPg(url);
      return { client: new Kysely({ dialect: new PostgresDialect({ pool }) }), close };
    },
  },
  postgres: {
    server: "postgres",
    open(url) {
      const client = createSql(url, { ssl });
      return { client, close: () => client.end({ timeout: 0 }) };
    },
  },
  "Prisma (pg)": {
    server: "postgres",
    async open(connectionString) {
      const { PrismaClient, remove } = await generatePrismaClient();
      const client = new PrismaClient({ adapter: new PrismaPg({ connectionString, ssl }) });
      return { client, close: () => client.$disconnect().finally(remove) };
    },
  },
  "mysql2 Pool": {
    server: "mariadb",
    open(uri) {
      const client = mysql2.createPool({ uri, ssl });
      return { client, close: () => client.end(() => {}) };
    },
  },
  "mariadb Pool": {
    server: "mariadb",
    open(url) {
      // By default it opens all of its connections at once.
      const client = mariadb.createPool({ ...partsOf(url), ssl, connectionLimit: 1 });
      return { client, close: () => client.end() };
    },
  },
  ioredis: {
    server: "redis",
    open(url) {
      const client = new Redis(url);
      client.on("error", () => {});
      return { client, close: () => client.disconnect() };
    },
  },
  redis: {
    server: "redis",
    open(url) {
      const client = createClient({ url });
      client.on("error", () => {});
      void client.connect().catch(() => {});
      return { client, close: () => client.destroy() };
    },
  },
  MongoClient: {
    server: "mongodb",
    // The check looks whether the server accepts connections, before it has the client connect.
    ownEnds: 1,
    open(url) {
      const client = new MongoClient(url);
      return { client, close: () => client.close() };
    },
  },
  amqplib: {
    server: "rabbitmq",
    async open(url) {
      const client = await connectAmqp(url);
      client.on("error", () => {});
      return { client, close: () => client.close().catch(() => {}) };
    },
  },
};

function partsOf(url: string) {
  const { hostname: host, port, username: user, password } = new URL(url);
  return { host, port: Number(port), user, password, database: "hale" };
}
