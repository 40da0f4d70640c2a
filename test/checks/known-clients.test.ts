import type { S3, S3Client } from "@aws-sdk/client-s3";
import type { ClickHouseClient as Clickhouse } from "@clickhouse/client";
import type { Client as Elastic } from "@elastic/elasticsearch";
import type { PGlite } from "@electric-sql/pglite";
import type { Client as Grpc } from "@grpc/grpc-js";
import type { Client as Libsql } from "@libsql/client";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { NatsConnection } from "@nats-io/transport-node";
import type { NeonQueryFunction } from "@neondatabase/serverless";
import type { Client as OpenSearch } from "@opensearch-project/opensearch";
import type {
  Admin as PlatformaticAdmin,
  Consumer as PlatformaticConsumer,
  Producer as PlatformaticProducer,
} from "@platformatic/kafka";
import type { Redis as Upstash } from "@upstash/redis";
import type { AmqpConnectionManager, ChannelWrapper } from "amqp-connection-manager";
import type { Channel, ChannelModel, ConfirmChannel } from "amqplib";
import type BeeQueue from "bee-queue";
import type Database from "better-sqlite3";
import type { Queue as BullQueue } from "bull";
import type { Queue } from "bullmq";
import type { Cache } from "cache-manager";
import type { drizzle as overBetterSqlite } from "drizzle-orm/better-sqlite3";
import type { drizzle as overMysql2 } from "drizzle-orm/mysql2";
import type { drizzle as overPg } from "drizzle-orm/node-postgres";
import type { drizzle as overPostgres } from "drizzle-orm/postgres-js";
import type { Etcd3 } from "etcd3";
import type { Runner, WorkerUtils } from "graphile-worker";
import type { Cluster, Redis } from "ioredis";
import type { Redis as Valkey, Cluster as ValkeyCluster } from "iovalkey";
import type { Admin, Consumer, Kafka, Producer } from "kafkajs";
import type Keyv from "keyv";
import type { Knex } from "knex";
import type { Kysely } from "kysely";
import type { Client as Ldap } from "ldapts";
import type * as mariadb from "mariadb";
import type Memcached from "memcached";
import type { Client as Memjs } from "memjs";
import type { MongoClient } from "mongodb";
import type { Mongoose, Connection as MongooseConnection } from "mongoose";
import type { MqttClient } from "mqtt";
import type { ConnectionPool } from "mssql";
import type { Connection as MysqlConnection, Pool as MysqlPool } from "mysql";
import type * as mysql2 from "mysql2";
import type * as mysql2Promise from "mysql2/promise";
import type { NatsConnection as Nats2Connection } from "nats";
import type { Client as ZooKeeper } from "node-zookeeper-client";
import type { Transporter } from "nodemailer";
import type pg from "pg";
import type PgBoss from "pg-boss";
import type { IDatabase } from "pg-promise";
import type { Sql } from "postgres";
import type { createClient, createCluster, createSentinel } from "redis";
import type { Connection as RheaConnection } from "rhea";
import type { Connection as RheaPromiseConnection } from "rhea-promise";
import type { Sequelize } from "sequelize";
import type { Database as SqliteWrapped } from "sqlite";
import type { Database as Sqlite3 } from "sqlite3";
import type { DataSource } from "typeorm";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import * as checks from "../../src/checks/index.ts";
import { type Clients, CLIENTS as KINDS } from "../../src/checks/internal/clients/client-table.ts";
import type { Check } from "../../src/contract/check.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import type { GeneratedClient } from "../_support/prisma-client.ts";

type Input = NonNullable<HealthOptions["checks"]>[string];

/** A type that says something: what is `any` would be taken for everything. */
type Certain<T> = 0 extends 1 & T ? symbol : T;

/** The client as it is. Nothing here is called: that it compiles is the proof. */
const it = (client: Input): Health => createHealth({ checks: { client } });

/** What a service does with each client, by the names that the list of known clients gives. */
const CLIENTS: Readonly<
  Record<string, readonly ((client: never) => readonly (Health | Check)[])[]>
> = {
  "amqplib connection": [(client: Certain<ChannelModel>) => [it(client), checks.amqp({ client })]],
  "amqplib channel": [
    (client: Certain<Channel>) => [it(client), checks.amqp({ client })],
    (client: Certain<ConfirmChannel>) => [it(client), checks.amqp({ client })],
  ],
  "amqp-connection-manager": [
    (client: Certain<AmqpConnectionManager>) => [it(client), checks.amqp({ client })],
  ],
  ChannelWrapper: [(client: Certain<ChannelWrapper>) => [it(client), checks.amqp({ client })]],
  "bee-queue": [(client: Certain<BeeQueue>) => [it(client), checks.beeQueue({ client })]],
  "BullMQ Queue": [(client: Certain<Queue>) => [it(client), checks.bullmq({ client })]],
  Keyv: [(client: Certain<Keyv>) => [it(client), checks.cache({ client })]],
  "cache-manager": [(client: Certain<Cache>) => [it(client), checks.cache({ client })]],
  Drizzle: [
    (client: Certain<ReturnType<typeof overPg>>) => [it(client), checks.drizzle({ client })],
    (client: Certain<ReturnType<typeof overPostgres>>) => [it(client), checks.drizzle({ client })],
    (client: Certain<ReturnType<typeof overMysql2>>) => [it(client), checks.drizzle({ client })],
    (client: Certain<ReturnType<typeof overBetterSqlite>>) => [
      it(client),
      checks.drizzle({ client }),
    ],
  ],
  "@elastic/elasticsearch": [
    (client: Certain<Elastic>) => [it(client), checks.elasticsearch({ client })],
  ],
  "@opensearch-project/opensearch": [
    (client: Certain<OpenSearch>) => [it(client), checks.elasticsearch({ client })],
  ],
  etcd3: [(client: Certain<Etcd3>) => [it(client), checks.etcd({ client })]],
  "grpc-js": [(client: Certain<Grpc>) => [it(client), checks.grpc({ client })]],
  Kafka: [(client: Certain<Kafka>) => [it(client), checks.kafka({ client })]],
  "kafkajs admin": [(client: Certain<Admin>) => [it(client), checks.kafka({ client })]],
  "kafkajs consumer": [(client: Certain<Consumer>) => [it(client), checks.kafka({ client })]],
  "kafkajs producer": [(client: Certain<Producer>) => [it(client), checks.kafka({ client })]],
  Knex: [(client: Certain<Knex>) => [it(client), checks.knex({ client })]],
  Kysely: [
    (client: Certain<Kysely<{ orders: { id: number } }>>) => [
      it(client),
      checks.kysely({ client }),
    ],
  ],
  ldapts: [(client: Certain<Ldap>) => [it(client), checks.ldap({ client })]],
  nodemailer: [(client: Certain<Transporter>) => [it(client), checks.mail({ client })]],
  memjs: [(client: Certain<Memjs>) => [it(client), checks.memcached({ client })]],
  MikroORM: [(client: Certain<MikroORM>) => [it(client), checks.mikroOrm({ client })]],
  MongoClient: [(client: Certain<MongoClient>) => [it(client), checks.mongodb({ client })]],
  mongoose: [(client: Certain<Mongoose>) => [it(client), checks.mongodb({ client })]],
  "mongoose Connection": [
    (client: Certain<MongooseConnection>) => [it(client), checks.mongodb({ client })],
  ],
  mqtt: [(client: Certain<MqttClient>) => [it(client), checks.mqtt({ client })]],
  "mysql2 Pool": [(client: Certain<mysql2.Pool>) => [it(client), checks.mysql({ client })]],
  "mysql2 promise Pool": [
    (client: Certain<mysql2Promise.Pool>) => [it(client), checks.mysql({ client })],
  ],
  "mysql2 Connection": [
    (client: Certain<mysql2.Connection>) => [it(client), checks.mysql({ client })],
    (client: Certain<mysql2Promise.Connection>) => [it(client), checks.mysql({ client })],
  ],
  "mariadb Pool": [(client: Certain<mariadb.Pool>) => [it(client), checks.mysql({ client })]],
  "mariadb Connection": [
    (client: Certain<mariadb.Connection>) => [it(client), checks.mysql({ client })],
  ],
  nats: [(client: Certain<Nats2Connection>) => [it(client), checks.nats({ client })]],
  "@nats-io/transport-node": [
    (client: Certain<NatsConnection>) => [it(client), checks.nats({ client })],
  ],
  PgBoss: [(client: Certain<PgBoss>) => [it(client), checks.pgBoss({ client })]],
  "pg Pool": [(client: Certain<pg.Pool>) => [it(client), checks.postgres({ client })]],
  "pg Client": [(client: Certain<pg.Client>) => [it(client), checks.postgres({ client })]],
  postgres: [(client: Certain<Sql>) => [it(client), checks.postgres({ client })]],
  PGlite: [(client: Certain<PGlite>) => [it(client), checks.postgres({ client })]],
  PrismaClient: [(client: Certain<GeneratedClient>) => [it(client), checks.prisma({ client })]],
  redis: [
    (client: Certain<ReturnType<typeof createClient>>) => [it(client), checks.redis({ client })],
    (client: Certain<ReturnType<typeof createSentinel>>) => [it(client), checks.redis({ client })],
  ],
  "redis cluster": [
    (client: Certain<ReturnType<typeof createCluster>>) => [it(client), checks.redis({ client })],
  ],
  ioredis: [
    (client: Certain<Redis>) => [it(client), checks.redis({ client })],
    (client: Certain<Cluster>) => [it(client), checks.redis({ client })],
  ],
  iovalkey: [
    (client: Certain<Valkey>) => [it(client), checks.redis({ client })],
    (client: Certain<ValkeyCluster>) => [it(client), checks.redis({ client })],
  ],
  "@aws-sdk/client-s3": [
    (client: Certain<S3Client>) => [it(client), checks.s3({ client })],
    (client: Certain<S3>) => [it(client), checks.s3({ client })],
  ],
  Sequelize: [(client: Certain<Sequelize>) => [it(client), checks.sequelize({ client })]],
  "mysql Pool": [(client: Certain<MysqlPool>) => [it(client), checks.mysql({ client })]],
  "mysql Connection": [
    (client: Certain<MysqlConnection>) => [it(client), checks.mysql({ client })],
  ],
  "pg-promise": [
    (client: Certain<IDatabase<unknown>>) => [it(client), checks.postgres({ client })],
  ],
  "neon()": [
    (client: Certain<NeonQueryFunction<false, false>>) => [it(client), checks.postgres({ client })],
  ],
  "@upstash/redis": [(client: Certain<Upstash>) => [it(client), checks.redis({ client })]],
  sqlite3: [(client: Certain<Sqlite3>) => [it(client), checks.sqlite({ client })]],
  "sqlite Database": [(client: Certain<SqliteWrapped>) => [it(client), checks.sqlite({ client })]],
  "@libsql/client": [(client: Certain<Libsql>) => [it(client), checks.sqlite({ client })]],
  memcached: [(client: Certain<Memcached>) => [it(client), checks.memcached({ client })]],
  mssql: [(client: Certain<ConnectionPool>) => [it(client), checks.mssql({ client })]],
  "@clickhouse/client": [
    (client: Certain<Clickhouse>) => [it(client), checks.clickhouse({ client })],
  ],
  "Bull Queue": [(client: Certain<BullQueue>) => [it(client), checks.bullmq({ client })]],
  "better-sqlite3": [
    (client: Certain<Database.Database>) => [it(client), checks.sqlite({ client })],
  ],
  DataSource: [(client: Certain<DataSource>) => [it(client), checks.typeorm({ client })]],
  "@platformatic/kafka": [
    (client: Certain<PlatformaticAdmin>) => [it(client), checks.kafka({ client })],
    (client: Certain<PlatformaticProducer>) => [it(client), checks.kafka({ client })],
    (client: Certain<PlatformaticConsumer>) => [it(client), checks.kafka({ client })],
  ],
  rhea: [(client: Certain<RheaConnection>) => [it(client), checks.amqp1({ client })]],
  "rhea-promise": [
    (client: Certain<RheaPromiseConnection>) => [it(client), checks.amqp1({ client })],
  ],
  WorkerUtils: [(client: Certain<WorkerUtils>) => [it(client), checks.graphileWorker({ client })]],
  Runner: [(client: Certain<Runner>) => [it(client), checks.graphileWorker({ client })]],
  "node-zookeeper-client": [
    (client: Certain<ZooKeeper>) => [it(client), checks.zookeeper({ client })],
  ],
};

/**
 * Clients without types here: those of Node 20 do not have `node:sqlite` yet, those of Bun are for programs on Bun
 * alone, and Confluent's package cannot be installed where its binary is not available.
 */
const UNTYPED = [
  ...["DatabaseSync", "Bun.sql", "Bun.RedisClient", "bun:sqlite"],
  ...["Confluent's Kafka", "Confluent's admin", "Confluent's consumer or producer"],
];

test("every client that is recognised is accepted by the types, as it is and by its check", () => {
  const known = (Object.values(KINDS) as Clients[])
    .filter(({ needs }) => needs === undefined)
    .flatMap(({ taken }) => Object.keys(taken).flatMap((names) => names.split(", ")));
  expect(known.length).toBeGreaterThan(40);
  expect([...Object.keys(CLIENTS), ...UNTYPED].sort()).toEqual([...known].sort());
});

describe("what is no client is refused by the types, in a sentence that names what is taken:", () => {
  const PRELUDE = [
    'import { createHealth } from "./src/index.ts";',
    'import { kafka, postgres, redis, s3 } from "./src/checks/index.ts";',
    "declare const pool: { query(sql: string): Promise<unknown> };",
  ];

  /** What the compiler says of a line, as an editor shows it. */
  function complaintsOf(lines: readonly string[]): string[] {
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile("tsconfig.json", ts.sys.readFile).config,
      ts.sys,
      process.cwd(),
    );
    const name = `${process.cwd()}/no-client.ts`;
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    const text = [...PRELUDE, ...lines].join("\n");
    host.fileExists = (file) => file === name || fileExists(file);
    host.getSourceFile = (file, version) =>
      file === name
        ? ts.createSourceFile(file, text, version)
        : getSourceFile.call(host, file, version);
    const program = ts.createProgram([name], { ...options, noEmit: true }, host);
    const source = program.getSourceFile(name);
    const complaints = lines.map(() => "");
    for (const { start = 0, messageText } of program.getSemanticDiagnostics(source)) {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      complaints[line - PRELUDE.length] = ts.flattenDiagnosticMessageText(messageText, "\n");
    }
    return complaints;
  }

  const GOOD = "createHealth({ checks: { x: async () => {} } });";
  const REFUSED = [
    ["createHealth({ checks: { x: 5 } });", "CheckInput | CheckGroup"],
    ['createHealth({ checks: { x: "pool" } });', "CheckInput | CheckGroup"],
    ["createHealth({ checks: { x: null } });", "CheckInput | CheckGroup"],
    ["createHealth({ checks: { x: new Set() } });", "CheckInput | CheckGroup"],
    ["createHealth({ checks: { x: new Date() } });", "CheckInput | CheckGroup"],
    ["createHealth({ checks: { x: { timeout: 5 } } });", "CheckInput | CheckGroup"],
    ["postgres({ client: new Map() });", "PostgresClient"],
    ["postgres(pool);", "PostgresOptions"],
    ["redis({ client: pool });", "RedisClient"],
    ["kafka({ client: pool });", "KafkaClient"],
    ["s3({ client: pool });", "S3Client"],
    ["s3({});", "'client'"],
  ] as const;

  let complaints: readonly string[];
  beforeAll(() => {
    complaints = complaintsOf([...REFUSED.map(([line]) => line), GOOD]);
  }, 180_000);

  test.each(REFUSED.map(([line, named], index) => ({ line, named, index })))(
    "$line",
    ({ named, index }) => {
      expect(complaints[index]).toContain(named);
      expect(complaints[index]?.split("\n").length).toBeLessThanOrEqual(8);
    },
  );

  test("and an async function is accepted", () => {
    expect(complaints.at(-1)).toBe("");
  });
});
