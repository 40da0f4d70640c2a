import { connect as manage } from "amqp-connection-manager";
import { connect as connectAmqp } from "amqplib";
import { Queue } from "bullmq";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import { Redis as Valkey } from "iovalkey";
import createKnex from "knex";
import { Kysely, sql as kyselySql, PostgresDialect } from "kysely";
import mariadb from "mariadb";
import { Client as Memjs } from "memjs";
import { MongoClient } from "mongodb";
import mongoose from "mongoose";
import mysql from "mysql";
import mysql2 from "mysql2";
import mysql2Promise from "mysql2/promise";
import { connect as connectNats } from "nats";
import pg from "pg";
import pgPromise from "pg-promise";
import createSql from "postgres";
import { createClient } from "redis";
import { Sequelize } from "sequelize";
import { DataSource } from "typeorm";
import type { HealthOptions } from "../../src/health.ts";
import { mariadb as mariadbServer } from "../servers/mariadb.ts";
import { memcached } from "../servers/memcached.ts";
import { mongodb } from "../servers/mongodb.ts";
import { nats } from "../servers/nats.ts";
import { postgres } from "../servers/postgres.ts";
import { rabbitmq } from "../servers/rabbitmq.ts";
import { redis } from "../servers/redis.ts";

/** A client of a service, and what the service does with it. */
export interface ServiceClient {
  readonly client: NonNullable<HealthOptions["checks"]>[string];
  /** The service's own query. */
  query(): Promise<unknown>;
  /** What the driver counts: connections, and requests that wait. */
  counters?(): Readonly<Record<string, number>>;
  close(): unknown;
}

/** The servers of {@link SERVICE_CLIENTS}. */
export const SERVICE_SERVERS = {
  postgres: () => postgres.start({ maxConnections: 100 }),
  mariadb: () => mariadbServer.start(),
  redis: () => redis.start(),
  mongodb: () => mongodb.start(),
  rabbitmq: () => rabbitmq.start(),
  nats: () => nats.start(),
  memcached: () => memcached.start(),
} as const;

/** One of {@link SERVICE_SERVERS}. */
export type ServiceServer = keyof typeof SERVICE_SERVERS;

const quiet = <T extends { on(event: "error", listener: () => void): unknown }>(client: T): T => {
  client.on("error", () => {});
  return client;
};

function partsOf(url: string) {
  const { hostname: host, port, username: user, password } = new URL(url);
  return { host, port: Number(port), user, password, database: "hale" };
}

const openPg = (connectionString: string) =>
  quiet(new pg.Pool({ connectionString, max: 5, connectionTimeoutMillis: 5000 }));
const pgCounters = (pool: pg.Pool) => () => ({
  connections: pool.totalCount,
  waiting: pool.waitingCount,
});

/** Clients by name, each with the server that it talks to. */
export const SERVICE_CLIENTS: Readonly<
  Record<
    string,
    { server: ServiceServer; open(url: string): ServiceClient | Promise<ServiceClient> }
  >
> = {
  "pg Pool": {
    server: "postgres",
    open(url) {
      const client = openPg(url);
      return {
        client,
        query: () => client.query("select 1"),
        counters: pgCounters(client),
        close: () => client.end(),
      };
    },
  },
  Drizzle: {
    server: "postgres",
    open(url) {
      const pool = openPg(url);
      const client = drizzle(pool);
      return {
        client,
        query: () => client.execute(sql`select 1`),
        counters: pgCounters(pool),
        close: () => pool.end(),
      };
    },
  },
  "pg-promise": {
    server: "postgres",
    open(url) {
      const client = pgPromise({ noWarnings: true })({ connectionString: url, max: 5 });
      return { client, query: () => client.one("select 1"), close: () => client.$pool.end() };
    },
  },
  postgres: {
    server: "postgres",
    open(url) {
      const client = createSql(url, { max: 5 });
      return { client, query: () => client`select 1`, close: () => client.end({ timeout: 0 }) };
    },
  },
  Knex: {
    server: "postgres",
    open(url) {
      const client = createKnex({ client: "pg", connection: url, pool: { min: 0, max: 5 } });
      return { client, query: async () => client.raw("select 1"), close: () => client.destroy() };
    },
  },
  Kysely: {
    server: "postgres",
    open(url) {
      const pool = openPg(url);
      const client = new Kysely<object>({ dialect: new PostgresDialect({ pool }) });
      return {
        client,
        query: () => kyselySql`select 1`.execute(client),
        counters: pgCounters(pool),
        close: () => pool.end(),
      };
    },
  },
  Sequelize: {
    server: "postgres",
    open(url) {
      const client = new Sequelize(url, { logging: false });
      return { client, query: () => client.query("select 1"), close: () => client.close() };
    },
  },
  TypeORM: {
    server: "postgres",
    async open(url) {
      const client = new DataSource({ type: "postgres", url, poolErrorHandler: () => {} });
      await client.initialize();
      return { client, query: () => client.query("select 1"), close: () => client.destroy() };
    },
  },
  "mysql2 Pool": {
    server: "mariadb",
    open(uri) {
      const client = mysql2.createPool({ uri, connectionLimit: 5 });
      return {
        client,
        query: () => client.promise().query("select 1"),
        close: () => client.end(() => {}),
      };
    },
  },
  "mysql2 promise Pool": {
    server: "mariadb",
    open(uri) {
      const client = mysql2Promise.createPool({ uri, connectionLimit: 5 });
      return { client, query: () => client.query("select 1"), close: () => client.end() };
    },
  },
  "mysql Pool": {
    server: "mariadb",
    open(url) {
      const client = mysql.createPool({ ...partsOf(url), connectionLimit: 5 });
      const query = () =>
        new Promise((resolve, reject) => {
          client.query("select 1", (failure, rows) => (failure ? reject(failure) : resolve(rows)));
        });
      return { client, query, close: () => client.end(() => {}) };
    },
  },
  "mariadb Pool": {
    server: "mariadb",
    open(url) {
      const client = quiet(
        mariadb.createPool({ ...partsOf(url), connectionLimit: 5 }) as never,
      ) as ReturnType<typeof mariadb.createPool>;
      return {
        client,
        query: () => client.query("select 1"),
        counters: () => ({
          connections: client.totalConnections(),
          waiting: client.taskQueueSize(),
        }),
        close: () => client.end(),
      };
    },
  },
  ioredis: {
    server: "redis",
    open(url) {
      const client = quiet(new Redis(url));
      return { client, query: () => client.get("a"), close: () => client.disconnect() };
    },
  },
  iovalkey: {
    server: "redis",
    open(url) {
      const client = quiet(new Valkey(url));
      return { client, query: () => client.get("a"), close: () => client.disconnect() };
    },
  },
  redis: {
    server: "redis",
    open(url) {
      const client = quiet(createClient({ url }));
      client.connect().catch(() => {});
      return { client, query: () => client.get("a"), close: () => client.destroy() };
    },
  },
  BullMQ: {
    server: "redis",
    open(url) {
      const { host, port } = partsOf(url);
      const client = quiet(
        new Queue("jobs", { connection: { host, port, maxRetriesPerRequest: null } }),
      );
      return { client, query: () => client.getJobCounts("waiting"), close: () => client.close() };
    },
  },
  MongoClient: {
    server: "mongodb",
    open(url) {
      const client = new MongoClient(url, { serverSelectionTimeoutMS: 3000 });
      return {
        client,
        query: () => client.db("shop").command({ ping: 1 }),
        close: () => client.close(),
      };
    },
  },
  mongoose: {
    server: "mongodb",
    async open(url) {
      const client = mongoose.createConnection(url, { serverSelectionTimeoutMS: 3000 });
      await client.asPromise();
      return {
        client,
        query: async () => client.db?.command({ ping: 1 }),
        close: () => client.close(),
      };
    },
  },
  "amqp-connection-manager": {
    server: "rabbitmq",
    open(url) {
      const client = manage(url, { reconnectTimeInSeconds: 1 });
      const channel = quiet(client.createChannel({ publishTimeout: 3000 }));
      const query = () => channel.publish("amq.direct", "none", Buffer.from("order"));
      return { client, query, close: () => client.close() };
    },
  },
  "amqplib with recovery": {
    server: "rabbitmq",
    async open(url) {
      const client = quiet(await connectAmqp(url, { recovery: { maxDelay: 1000 } }));
      const query = async () => {
        const channel = await client.createChannel();
        channel.on("error", () => {});
        await channel.checkExchange("amq.direct");
        await channel.close();
      };
      return { client, query, close: () => client.close() };
    },
  },
  nats: {
    server: "nats",
    async open(url) {
      const { host, username, password } = new URL(url);
      const client = await connectNats({
        ...{ servers: host, user: username, pass: password },
        maxReconnectAttempts: -1,
      });
      return { client, query: () => client.flush(), close: () => client.close() };
    },
  },
  memjs: {
    server: "memcached",
    open(url) {
      const { host, username, password } = new URL(url);
      const client = Memjs.create(host, { username, password, logger: { log() {} } as never });
      return { client, query: () => client.get("a"), close: () => client.close() };
    },
  },
};
