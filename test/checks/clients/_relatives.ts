import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Kind } from "../../../src/checks/internal/clients/client-table.ts";

const require = createRequire(import.meta.url);

/** One client of a package, as a service makes it. */
export interface Relative {
  /** What the page calls it. */
  readonly client: string;
  /** The packages, or the aliases of their older versions, that make it the same way. */
  readonly packages: readonly string[];
  /** Makes it without waiting for a server. */
  // biome-ignore lint/suspicious/noExplicitAny: these are packages of many versions, without types
  readonly make: (driver: any, name: string) => object | Promise<object>;
  /** The check that it becomes; absent where it is refused. */
  readonly becomes?: Kind;
  /** A part of the words in which it is refused. */
  readonly refused?: string;
  /** A part of the words in which another version or client is named, where its own is refused. */
  readonly takes?: string;
}

/** Loads a package of the tests, or a part of it. */
// biome-ignore lint/suspicious/noExplicitAny: these are packages of many versions, without types
export function load(name: string): any {
  return require(name);
}

/** The name and version of what stands behind a name or an alias. */
export function packageOf(name: string): string {
  const scoped = name.startsWith("@");
  const folder = name
    .split("/")
    .slice(0, scoped ? 2 : 1)
    .join("/");
  const places = require.resolve.paths(folder) ?? [];
  for (const place of places) {
    try {
      const text = readFileSync(join(place, folder, "package.json"), "utf8");
      const { name: real, version } = JSON.parse(text);
      return `${real} ${version}`;
    } catch {
      // It is in another place.
    }
  }
  throw new Error(`The package ${name} is not installed: npm --prefix test install`);
}

const HERE = { host: "127.0.0.1", port: 1, user: "u", password: "p", database: "d" };
const POSTGRES = "postgres://u:p@127.0.0.1:1/d";
const NO_RETRY = { port: 1, lazyConnect: true, retryStrategy: () => null };

/** Ends a client that has begun to connect from failing where nobody looks. */
function quiet<T extends object>(client: T): T {
  (client as { on?: (event: string, listener: () => void) => void }).on?.("error", () => {});
  return client;
}

/** Relatives whose clients can be made where no server is. */
export const RELATIVES: readonly Relative[] = [
  { client: "pool", packages: ["mysql"], make: (d) => d.createPool(HERE), becomes: "mysql" },
  {
    client: "connection",
    packages: ["mysql"],
    make: (d) => d.createConnection(HERE),
    becomes: "mysql",
  },
  {
    client: "PoolCluster",
    packages: ["mysql", "mysql2", "mysql2-2", "mariadb"],
    make: (d) => d.createPoolCluster(),
    refused: "PoolCluster",
  },
  {
    client: "pool",
    packages: ["mysql2", "mysql2-2", "mysql2-1"],
    make: (d) => d.createPool(HERE),
    becomes: "mysql",
  },
  {
    client: "pool with promises",
    packages: ["mysql2", "mysql2-2", "mysql2-1"],
    make: (_, name) => load(`${name}/promise`).createPool(HERE),
    becomes: "mysql",
  },
  {
    client: "connection",
    packages: ["mysql2", "mysql2-2"],
    make: (d) => quiet(d.createConnection(HERE)),
    becomes: "mysql",
  },
  {
    client: "pool",
    packages: ["mariadb", "mariadb2"],
    make: (d) => quiet(d.createPool(HERE)),
    becomes: "mysql",
  },
  {
    client: "pool of mariadb/callback",
    packages: ["mariadb", "mariadb2"],
    make: (_, name) => quiet(load(`${name}/callback`).createPool(HERE)),
    refused: "a pool of mariadb/callback",
    takes: "mariadb 2 or later with promises",
  },
  {
    client: "connection of mariadb/callback",
    packages: ["mariadb", "mariadb2"],
    make: (_, name) => quiet(load(`${name}/callback`).createConnection(HERE)),
    refused: "a connection of mariadb/callback",
    takes: "mariadb 2 or later with promises",
  },
  { client: "Pool", packages: ["pg", "pg7"], make: (d) => new d.Pool(HERE), becomes: "postgres" },
  {
    client: "Client",
    packages: ["pg", "pg7"],
    make: (d) => new d.Client(HERE),
    becomes: "postgres",
  },
  {
    client: "database",
    packages: ["pg-promise", "pg-promise10"],
    make: (d, name) => d({ noWarnings: true })({ ...HERE, application_name: name }),
    becomes: "postgres",
  },
  {
    client: "Pool",
    packages: ["@neondatabase/serverless", "neon0"],
    make: (d) => new d.Pool({ connectionString: POSTGRES }),
    becomes: "postgres",
  },
  {
    client: "neon()",
    packages: ["@neondatabase/serverless"],
    make: (d) => d.neon(POSTGRES),
    becomes: "postgres",
  },
  {
    client: "neon()",
    packages: ["neon0"],
    make: (d) => d.neon(POSTGRES),
    refused: "neon() of @neondatabase/serverless before 1",
    takes: "neon() of @neondatabase/serverless 1 make",
  },
  {
    client: "sql",
    packages: ["postgres", "postgres1"],
    make: (d) => d(POSTGRES),
    becomes: "postgres",
  },
  {
    client: "PGlite",
    packages: ["@electric-sql/pglite"],
    make: (d) => new d.PGlite(),
    becomes: "postgres",
  },
  {
    client: "client",
    packages: ["redis", "redis5", "redis4"],
    make: (d) => d.createClient(),
    becomes: "redis",
  },
  {
    client: "pool",
    packages: ["redis", "redis5"],
    make: (d) => d.createClientPool(),
    becomes: "redis",
  },
  {
    client: "cluster",
    packages: ["redis", "redis5", "redis4"],
    make: (d) => d.createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }),
    becomes: "redis",
  },
  {
    client: "sentinel",
    packages: ["redis", "redis5"],
    make: (d) =>
      d.createSentinel({ name: "x", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }),
    becomes: "redis",
  },
  {
    client: "client with legacyMode",
    packages: ["redis4"],
    make: (d) => d.createClient({ legacyMode: true }),
    refused: "legacyMode",
    takes: "redis 4 or later with promises",
  },
  {
    client: "client.legacy()",
    packages: ["redis", "redis5"],
    make: (d) => d.createClient().legacy(),
    refused: "legacy()",
  },
  {
    client: "client",
    packages: ["redis3"],
    make: (d) => quiet(d.createClient({ port: 1, retry_strategy: () => undefined })),
    refused: "a client of redis 3",
    takes: "redis 4 or later",
  },
  {
    client: "Redis",
    packages: ["ioredis", "ioredis5.3", "ioredis4", "iovalkey"],
    make: (d) => new (d.Redis ?? d)({ lazyConnect: true }),
    becomes: "redis",
  },
  {
    client: "Cluster",
    packages: ["ioredis", "ioredis5.3", "ioredis4", "iovalkey"],
    make: (d) => new d.Cluster([{ host: "127.0.0.1", port: 1 }], { lazyConnect: true }),
    becomes: "redis",
  },
  {
    client: "Redis",
    packages: ["@upstash/redis"],
    make: (d) => new d.Redis({ url: "http://127.0.0.1:1", token: "t" }),
    becomes: "redis",
  },
  {
    client: "Kysely",
    packages: ["kysely", "kysely0.27"],
    make: (d) => new d.Kysely({ dialect: new d.PostgresDialect({ pool: {} }) }),
    becomes: "kysely",
  },
  {
    client: "Kysely",
    packages: ["kysely0.22"],
    make: (d) => new d.Kysely({ dialect: new d.PostgresDialect({ pool: {} }) }),
    refused: "lacks executeQuery()",
    takes: "kysely 0.23 or later",
  },
  {
    client: "PgBoss",
    packages: ["pg-boss", "pg-boss12"],
    make: (d) => new (d.PgBoss ?? d)(POSTGRES),
    becomes: "pgBoss",
  },
  {
    client: "PgBoss",
    packages: ["pg-boss9"],
    make: (d) => new d(POSTGRES),
    refused: "lacks getDb()",
    takes: "pg-boss 10 or later",
  },
  {
    client: "drizzle() of node-postgres",
    packages: ["drizzle-orm"],
    make: (_, name) => load(`${name}/node-postgres`).drizzle(new (load("pg").Pool)(HERE)),
    becomes: "drizzle",
  },
  {
    client: "drizzle() of mysql2",
    packages: ["drizzle-orm"],
    make: (_, name) => load(`${name}/mysql2`).drizzle(load("mysql2").createPool(HERE)),
    becomes: "drizzle",
  },
  {
    client: "drizzle() of better-sqlite3",
    packages: ["drizzle-orm"],
    make: (_, name) =>
      load(`${name}/better-sqlite3`).drizzle(new (load("better-sqlite3"))(":memory:")),
    becomes: "drizzle",
  },
  {
    client: "drizzle() of node-postgres",
    packages: ["drizzle-orm0.33", "drizzle-orm0.29"],
    make: (_, name) => load(`${name}/node-postgres`).drizzle(new (load("pg").Pool)(HERE)),
    refused: "lacks $count()",
    takes: "drizzle-orm 0.34 or later",
  },
  {
    client: "Sequelize",
    packages: ["sequelize", "sequelize5"],
    make: (d) => new d.Sequelize(POSTGRES),
    becomes: "sequelize",
  },
  {
    client: "Sequelize",
    packages: ["@sequelize/core"],
    make: (d) =>
      new d.Sequelize({ dialect: load("@sequelize/postgres").PostgresDialect, host: "127.0.0.1" }),
    refused: "lacks connectionManager.getConnection()",
    takes: "sequelize 5 or 6",
  },
  {
    client: "DataSource",
    packages: ["typeorm", "typeorm0.3"],
    make: (d) => new d.DataSource({ type: "postgres", url: POSTGRES }),
    becomes: "typeorm",
  },
  {
    client: "Connection",
    packages: ["typeorm0.2"],
    make: (d) => new d.Connection({ type: "postgres", url: POSTGRES }),
    refused: "lacks isInitialized",
    takes: "typeorm 0.3 or later",
  },
  {
    client: "knex()",
    packages: ["knex", "knex1", "knex0.21"],
    make: (d) => d({ client: "pg" }),
    becomes: "knex",
  },
  {
    client: "MikroORM",
    packages: ["@mikro-orm/postgresql"],
    make: (d) =>
      d.MikroORM.initSync({ dbName: "d", entities: [], discovery: { warnWhenNoEntities: false } }),
    becomes: "mikroOrm",
  },
  {
    client: "MongoClient",
    packages: ["mongodb", "mongodb4", "mongodb3"],
    make: (d, name) =>
      new d.MongoClient(
        "mongodb://127.0.0.1:1",
        name === "mongodb3" ? { useUnifiedTopology: true } : {},
      ),
    becomes: "mongodb",
  },
  {
    client: "mongoose",
    packages: ["mongoose", "mongoose7", "mongoose5"],
    make: (d) => d,
    becomes: "mongodb",
  },
  {
    client: "Connection",
    packages: ["mongoose", "mongoose7", "mongoose5"],
    make: (d) => d.createConnection(),
    becomes: "mongodb",
  },
  {
    client: "Client",
    packages: [
      "@elastic/elasticsearch",
      "elasticsearch9",
      "elasticsearch7",
      "@opensearch-project/opensearch",
      "opensearch2",
    ],
    make: (d) => new d.Client({ node: "http://127.0.0.1:1" }),
    becomes: "elasticsearch",
  },
  {
    client: "Etcd3",
    packages: ["etcd3"],
    make: (d) => new d.Etcd3({ hosts: "http://127.0.0.1:1" }),
    becomes: "etcd",
  },
  {
    client: "Client",
    packages: ["@grpc/grpc-js"],
    make: (d) => new d.Client("127.0.0.1:1", d.credentials.createInsecure()),
    becomes: "grpc",
  },
  {
    client: "Kafka",
    packages: ["kafkajs", "kafkajs1"],
    make: (d) => new d.Kafka({ brokers: ["127.0.0.1:1"] }),
    becomes: "kafka",
  },
  {
    client: "admin",
    packages: ["kafkajs", "kafkajs1"],
    make: (d) => new d.Kafka({ brokers: ["127.0.0.1:1"] }).admin(),
    becomes: "kafka",
  },
  {
    client: "consumer",
    packages: ["kafkajs", "kafkajs1"],
    make: (d) => new d.Kafka({ brokers: ["127.0.0.1:1"] }).consumer({ groupId: "g" }),
    becomes: "kafka",
  },
  {
    client: "producer",
    packages: ["kafkajs", "kafkajs1"],
    make: (d) => new d.Kafka({ brokers: ["127.0.0.1:1"] }).producer(),
    becomes: "kafka",
  },
  ...(["Producer", "Consumer", "Admin"] as const).map((kind) => ({
    client: kind,
    packages: ["@platformatic/kafka", "platformatic-kafka1"],
    make: (d: Record<string, new (options: object) => object>) =>
      new (d[kind] as new (options: object) => object)({
        clientId: "c",
        groupId: "g",
        bootstrapBrokers: ["127.0.0.1:1"],
      }),
    becomes: "kafka" as const,
  })),
  {
    client: "connection",
    packages: ["rhea"],
    make: (d) => d.create_container().create_connection({ port: 1, reconnect: false }),
    becomes: "amqp1",
  },
  {
    client: "Connection",
    packages: ["rhea-promise"],
    make: (d) => new d.Connection({ port: 1, reconnect: false }),
    becomes: "amqp1",
  },

  {
    client: "Queue",
    packages: ["bullmq", "bullmq4"],
    make: (d) => quiet(new d.Queue("q", { connection: NO_RETRY })),
    becomes: "bullmq",
  },
  {
    client: "Worker",
    packages: ["bullmq"],
    make: (d) =>
      quiet(
        new d.Worker("q", null, {
          autorun: false,
          connection: { ...NO_RETRY, maxRetriesPerRequest: null },
        }),
      ),
    refused: "a Worker of bullmq",
  },
  {
    client: "FlowProducer",
    packages: ["bullmq"],
    make: (d) => quiet(new d.FlowProducer({ connection: NO_RETRY })),
    refused: "FlowProducer",
  },
  {
    client: "QueueEvents",
    packages: ["bullmq"],
    make: (d) => quiet(new d.QueueEvents("q", { autorun: false, connection: NO_RETRY })),
    refused: "QueueEvents",
  },
  {
    client: "Queue",
    packages: ["bull"],
    make: (d) => quiet(new d("q", { redis: NO_RETRY })),
    becomes: "bullmq",
  },
  {
    client: "Queue",
    packages: ["bee-queue", "bee-queue1"],
    make: (d) =>
      quiet(
        new d("q", {
          isWorker: false,
          autoConnect: false,
          redis: { port: 1, retry_strategy: () => undefined },
        }),
      ),
    becomes: "beeQueue",
  },
  {
    client: "Keyv",
    packages: ["keyv", "keyv4"],
    make: (d) => new (d.default ?? d)(),
    becomes: "cache",
  },
  { client: "cache", packages: ["cache-manager"], make: (d) => d.createCache(), becomes: "cache" },
  {
    client: "cache",
    packages: ["cache-manager5"],
    make: (d) => d.caching("memory"),
    becomes: "cache",
  },
  {
    client: "cache",
    packages: ["cache-manager4"],
    make: (d) => d.caching({ store: "memory" }),
    refused: "cache-manager 4 or earlier",
    takes: "cache-manager 5 or later",
  },
  {
    client: "Client",
    packages: ["memjs"],
    make: (d) => d.Client.create("127.0.0.1:1"),
    becomes: "memcached",
  },
  {
    client: "Client",
    packages: ["memjs0"],
    make: (d) => d.Client.create("127.0.0.1:1"),
    refused: "lacks getServer()",
    takes: "memjs 1 or later",
  },
  {
    client: "Memcached",
    packages: ["memcached"],
    make: (d) => new d("127.0.0.1:1"),
    becomes: "memcached",
  },
  {
    client: "Database",
    packages: ["better-sqlite3"],
    make: (d) => new d(":memory:"),
    becomes: "sqlite",
  },
  {
    client: "Database",
    packages: ["sqlite3"],
    make: (d) => new d.Database(":memory:"),
    becomes: "sqlite",
  },
  {
    client: "open()",
    packages: ["sqlite"],
    make: (d) => d.open({ filename: ":memory:", driver: load("sqlite3").Database }),
    becomes: "sqlite",
  },
  {
    client: "createClient()",
    packages: ["@libsql/client"],
    make: (d) => d.createClient({ url: ":memory:" }),
    becomes: "sqlite",
  },
  { client: "Database", packages: ["libsql"], make: (d) => new d(":memory:"), becomes: "sqlite" },
  {
    client: "ConnectionPool",
    packages: ["mssql", "mssql9"],
    make: (d) => new d.ConnectionPool({ server: "127.0.0.1", port: 1, user: "u", password: "p" }),
    becomes: "mssql",
  },
  {
    client: "Connection",
    packages: ["tedious"],
    make: (d) => quiet(new d.Connection({ server: "127.0.0.1", options: { port: 1 } })),
    refused: "a Connection of tedious",
    takes: "mssql 6 or later",
  },
  {
    client: "createClient()",
    packages: ["@clickhouse/client"],
    make: (d) => d.createClient(),
    becomes: "clickhouse",
  },
  {
    client: "S3Client",
    packages: ["@aws-sdk/client-s3"],
    make: (d) => new d.S3Client({ region: "x" }),
    becomes: "s3",
  },
  {
    client: "SQSClient",
    packages: ["@aws-sdk/client-sqs"],
    make: (d) => new d.SQSClient({ region: "x" }),
    refused: 'option "command"',
  },
  {
    client: "SNSClient",
    packages: ["@aws-sdk/client-sns"],
    make: (d) => new d.SNSClient({ region: "x" }),
    refused: 'option "command"',
  },
  {
    client: "DynamoDBClient",
    packages: ["@aws-sdk/client-dynamodb"],
    make: (d) => new d.DynamoDBClient({ region: "x" }),
    refused: 'option "command"',
  },
  {
    client: "S3",
    packages: ["aws-sdk"],
    make: (d) => new d.S3({ region: "x" }),
    refused: "aws-sdk 2",
    takes: "the AWS SDK for JavaScript 3",
  },
  {
    client: "transporter",
    packages: ["nodemailer", "nodemailer6"],
    make: (d) => d.createTransport({ port: 1 }),
    becomes: "mail",
  },
  {
    client: "client",
    packages: ["mqtt"],
    make: (d) => d.connect("mqtt://127.0.0.1:1", { manualConnect: true }),
    becomes: "mqtt",
  },
  {
    client: "client",
    packages: ["mqtt4"],
    make: (d) => quiet(d.connect("mqtt://127.0.0.1:1", { reconnectPeriod: 0 })),
    refused: "lacks sendPing()",
    takes: "mqtt 5 or later",
  },
  {
    client: "Client",
    packages: ["ldapts", "ldapts4"],
    make: (d) => new d.Client({ url: "ldap://127.0.0.1:1" }),
    becomes: "ldap",
  },
  {
    client: "client",
    packages: ["ldapjs"],
    make: (d) => quiet(d.createClient({ url: "ldap://127.0.0.1:1" })),
    refused: "a client of ldapjs",
  },
  {
    client: "Client",
    packages: ["nats1"],
    make: (d) => quiet(d.connect({ port: 1, reconnect: false })),
    refused: "a connection of nats 1",
    takes: "nats 2",
  },
  {
    client: "client",
    packages: ["node-zookeeper-client"],
    make: (d) => d.createClient("127.0.0.1:1"),
    becomes: "zookeeper",
  },
];
