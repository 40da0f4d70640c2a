/** The clients of one check. */
export interface Clients {
  /** The clients that the check takes, and from which version on: the end of a sentence. */
  readonly takes: string;
  /**
   * By the name of each client, the marks that no other client has, and after a bar what the check calls of
   * it. A client with the marks alone is one of a version that is not taken. What is built has the marks alone.
   */
  readonly taken: Readonly<Record<string, string>>;
  /** The option without which the check cannot be made, so that no client of it is taken as it is. */
  readonly needs?: string;
  /** By what each relative is, the marks of those that cannot be taken. */
  readonly refused?: Readonly<Record<string, string>>;
}

/**
 * Every client that becomes a check when it is passed as it is, by the function that makes its check.
 * Recognition, the loaders of the checks, the type of what `createHealth` takes and the lists in the docs
 * come from this table. Short, because `import "hale"` holds it.
 *
 * A mark is a property: `name()` is a function, `name(2)` one that declares two parameters, `name` anything
 * else that is not `undefined`, `!name` nothing at all, `a.b` a property of a property.
 */
export const CLIENTS = {
  amqp: {
    takes:
      "a connection or channel of amqplib with promises, or of amqp-connection-manager 3 or later",
    taken: {
      "amqplib connection": "createConfirmChannel() | createChannel()",
      "amqplib channel": "checkExchange() prefetch() | checkQueue()",
      "amqp-connection-manager": "createChannel() isConnected() | isConnected()",
      ChannelWrapper: "queueLength() | checkExchange()",
    },
    refused: {
      "a connection of amqplib/callback_api": "createConfirmChannel() close(1)",
      "a channel of amqplib/callback_api": "prefetch() checkExchange(2)",
    },
  },
  amqp1: {
    takes: "a connection of rhea 1 or later, or of rhea-promise",
    taken: {
      rhea: "open_receiver() is_remote_open() | create_session()",
      "rhea-promise": "createReceiver() isRemoteOpen() | _connection.create_session()",
    },
  },
  aws: {
    takes: "a client of the AWS SDK for JavaScript 3",
    needs: "command",
    taken: { "@aws-sdk clients": "middlewareStack !config.forcePathStyle | send()" },
    refused: { "a client of aws-sdk 2": "makeRequest() serviceIdentifier" },
  },
  beeQueue: {
    takes: "a queue of bee-queue",
    taken: { "bee-queue": "createJob() checkHealth() | getJobs()" },
  },
  bullmq: {
    takes: "a Queue of bullmq 1 or later, or of bull 3 or later",
    taken: {
      "BullMQ Queue": "waitUntilReady() getJobCounts() | getJobs() getWorkers()",
      "Bull Queue": "isReady() getJobCounts() | getJobs() getWorkers()",
    },
    refused: {
      "a Worker of bullmq": "waitUntilReady() extendJobLocks()",
      "a FlowProducer of bullmq": "waitUntilReady() getFlow()",
      "a QueueEvents of bullmq": "waitUntilReady() consumeEvents()",
    },
  },
  cache: {
    takes: "a Keyv of keyv 4 or later, or a cache of cache-manager 5 or later",
    taken: {
      Keyv: "clear() delete() opts | get() set()",
      "cache-manager": "wrap() del() | get() set()",
    },
    refused: { "a cache of cache-manager 4 or earlier": "wrap() checkRefreshThreshold()" },
  },
  clickhouse: {
    takes: "a client of @clickhouse/client",
    taken: { "@clickhouse/client": "insert() exec() command() | ping()" },
  },
  drizzle: {
    takes: "a database of drizzle-orm 0.34 or later",
    taken: { Drizzle: "$with() | $count()" },
  },
  elasticsearch: {
    takes: "a Client of @elastic/elasticsearch 7 or later, or of @opensearch-project/opensearch",
    taken: {
      "@elastic/elasticsearch": "msearch() diagnostic | cluster.health()",
      "@opensearch-project/opensearch": "msearch() extend() | cluster.health()",
    },
  },
  etcd: {
    takes: "an Etcd3 of etcd3",
    taken: { etcd3: "leaseClient maintenance | get()" },
  },
  graphileWorker: {
    takes: "what makeWorkerUtils() or run() of graphile-worker makes",
    taken: {
      WorkerUtils: "permanentlyFailJobs() | withPgClient()",
      Runner: "addJob() stop() events | promise",
    },
  },
  grpc: {
    takes: "a client of @grpc/grpc-js",
    taken: { "grpc-js": "makeClientStreamRequest() | makeUnaryRequest() waitForReady()" },
  },
  kafka: {
    takes:
      "a client of kafkajs, of KafkaJS of @confluentinc/kafka-javascript, or of @platformatic/kafka",
    taken: {
      Kafka: "producer() logger() | admin()",
      "kafkajs admin": "describeCluster() | connect() disconnect()",
      "kafkajs consumer": "describeGroup() events | on()",
      "kafkajs producer": "isIdempotent() | on() events",
      "Confluent's Kafka": "admin() producer() consumer() !logger",
      "Confluent's admin": "fetchTopicOffsetsByTimestamp() !describeCluster | listTopics()",
      "Confluent's consumer or producer": "dependentAdmin()",
      "@platformatic/kafka": "listApis() metadata()",
    },
    refused: {
      "a client of node-rdkafka": "globalConfig topicConfig getMetadata()",
    },
  },
  knex: {
    takes: "what knex() makes",
    taken: { Knex: "raw() migrate | client.acquireConnection() client.releaseConnection()" },
  },
  kysely: {
    takes: "a Kysely of kysely 0.23 or later",
    taken: { Kysely: "selectFrom() | executeQuery()" },
  },
  ldap: {
    takes: "a Client of ldapts",
    taken: { ldapts: "startTLS() exop() | search()" },
    refused: { "a client of ldapjs": "starttls() exop()" },
  },
  mail: {
    takes: "a transporter of nodemailer",
    taken: { nodemailer: "sendMail() | verify()" },
  },
  memcached: {
    takes: "a Client of memjs 1 or later, or a Memcached of memcached 2",
    taken: {
      memjs: "servers perform() stats() | get() set() delete() getServer()",
      memcached: "servers HashRing | get() set() del() version()",
    },
  },
  mikroOrm: {
    takes: "a MikroORM",
    taken: { MikroORM: "em discoverEntity() | em.getConnection()" },
  },
  mongodb: {
    takes: "a MongoClient of mongodb, or mongoose or a Connection of it",
    taken: {
      MongoClient: "withSession() | db()",
      mongoose: "startSession() connections | connection.getClient()",
      "mongoose Connection": "readyState otherDbs | getClient()",
    },
  },
  mssql: {
    takes: "a ConnectionPool of mssql 6 or later",
    taken: { mssql: "_poolCreate() | request() connected" },
    refused: { "a Connection of tedious": "execSql() callProcedure()" },
  },
  mqtt: {
    takes: "a client of mqtt 5 or later",
    taken: { mqtt: "incomingStore outgoingStore | sendPing() on() off()" },
  },
  mysql: {
    takes:
      "a pool or connection of mysql 2, mysql2 1 or later, or mariadb 2 or later with promises",
    taken: {
      "mysql Pool": "acquireConnection() _purgeConnection() | getConnection()",
      "mysql Connection": "statistics() | ping() query()",
      "mysql2 Pool": "execute() promise() getConnection() format()",
      "mysql2 promise Pool": "pool execute() | getConnection(0)",
      "mysql2 Connection": "unprepare() changeUser()",
      "mariadb Pool": "taskQueueSize() | getConnection(0)",
      "mariadb Connection": "isValid() changeUser() | ping() query()",
    },
    refused: {
      "a PoolCluster": "of() add() getConnection()",
      "a pool of mariadb/callback": "taskQueueSize() getConnection(1)",
      "a connection of mariadb/callback": "isValid() changeUser() ping(2)",
    },
  },
  nats: {
    takes: "a connection of nats 2 or of @nats-io/transport-node 3 or later",
    taken: { "nats, @nats-io/transport-node": "isDraining() | rtt() isClosed()" },
    refused: { "a connection of nats 1": "drainSubscription() createInbox()" },
  },
  pgBoss: {
    takes: "a PgBoss of pg-boss 10 or later",
    taken: { PgBoss: "offWork() | getDb()" },
  },
  postgres: {
    takes:
      "a Pool or Client of pg or @neondatabase/serverless, a database of pg-promise, what postgres() or neon() of @neondatabase/serverless 1 make, a SQL of Bun, or a PGlite",
    taken: {
      "pg Pool": "query() waitingCount | connect() totalCount idleCount",
      "pg Client": "escapeIdentifier() processID | query()",
      "pg-promise": "$pool $config | $pool.connect()",
      postgres: "begin() options parameters | unsafe()",
      "neon()": "transaction() unsafe() !begin | query()",
      "Bun.sql": "commitDistributed() | unsafe()",
      PGlite: "execProtocol() | query()",
    },
    refused: { "neon() of @neondatabase/serverless before 1": "call() transaction() !raw !unsafe" },
  },
  prisma: {
    takes: "a PrismaClient of SQL",
    taken: { PrismaClient: "$queryRaw() | $queryRawUnsafe()" },
  },
  redis: {
    takes:
      "a client of redis 4 or later with promises, ioredis 4 or later, iovalkey, @upstash/redis, or a RedisClient of Bun",
    taken: {
      redis: "sendCommand() isOpen !nodeClient | ping()",
      "redis cluster": "nodeClient() isOpen masters",
      "ioredis, iovalkey": "sendCommand() status | ping()",
      "@upstash/redis": "autoPipeline() | ping()",
      "Bun.RedisClient": "getBuffer() send() | ping()",
    },
    refused: {
      "a client of redis with legacyMode, whose v4 is taken": "sendCommand(0) isOpen v4",
      "a legacy() client of redis": "sendCommand() hGetAll() multi() !isOpen !status",
      "a client of redis 3": "send_command() internal_send_command()",
    },
  },
  s3: {
    takes: "an S3Client of @aws-sdk/client-s3",
    taken: { "@aws-sdk/client-s3": "send() config.forcePathStyle | send()" },
  },
  sequelize: {
    takes: "a Sequelize of sequelize 5 or 6",
    taken: {
      Sequelize:
        "authenticate() define() | query() connectionManager.getConnection() connectionManager.releaseConnection()",
    },
  },
  sqlite: {
    takes:
      "a database of better-sqlite3, libsql, sqlite3, sqlite, node:sqlite or bun:sqlite, or a client of @libsql/client",
    taken: {
      "better-sqlite3": "prepare() pragma() | exec()",
      "bun:sqlite": "clearQueryCache() loadExtension() | prepare() exec()",
      DatabaseSync: "prepare() exec() open() !each",
      sqlite3: "each() run() serialize() | all()",
      "sqlite Database": "getDatabaseInstance() | all()",
      "@libsql/client": "executeMultiple() | execute()",
    },
  },
  typeorm: {
    takes: "a DataSource of typeorm 0.3 or later",
    taken: { DataSource: "createQueryRunner() | isInitialized query() driver" },
  },
  zookeeper: {
    takes: "a client of node-zookeeper-client",
    taken: { "node-zookeeper-client": "addAuthInfo() | exists() getState()" },
  },
} as const satisfies Readonly<Record<string, Clients>>;

/** The check that a client becomes, by the name of its function. */
export type Kind = keyof typeof CLIENTS;
