import { createServer } from "node:http";
import { ClickHouseLogLevel, createClient as createClickhouse } from "@clickhouse/client";
import { Client as Elastic } from "@elastic/elasticsearch";
import { credentials, Client as GrpcClient, Server, ServerCredentials } from "@grpc/grpc-js";
import * as nats3 from "@nats-io/transport-node";
import { Client as OpenSearch } from "@opensearch-project/opensearch";
import Bee from "bee-queue";
import { Queue } from "bullmq";
import { makeWorkerUtils } from "graphile-worker";
import { service as healthService } from "grpc-health-check";
import { Redis } from "ioredis";
import { Kafka, logLevel } from "kafkajs";
import { MongoServerError } from "mongodb";
import * as nats2 from "nats";
import pg from "pg";
import PgBoss from "pg-boss";
import postgresJs from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { amqp } from "../../src/checks/amqp.ts";
import { amqp1 } from "../../src/checks/amqp1.ts";
import { beeQueue } from "../../src/checks/bee-queue.ts";
import { bullmq } from "../../src/checks/bullmq.ts";
import { clickhouse } from "../../src/checks/clickhouse.ts";
import { elasticsearch } from "../../src/checks/elasticsearch.ts";
import { graphileWorker } from "../../src/checks/graphile-worker.ts";
import { grpc } from "../../src/checks/grpc.ts";
import { kafka } from "../../src/checks/kafka.ts";
import { ldap } from "../../src/checks/ldap.ts";
import { mongodb } from "../../src/checks/mongodb.ts";
import { nats } from "../../src/checks/nats.ts";
import { pgBoss } from "../../src/checks/pg-boss.ts";
import { type PostgresClient, postgres } from "../../src/checks/postgres.ts";
import { queue } from "../../src/checks/queue.ts";
import { zookeeper } from "../../src/checks/zookeeper.ts";
import type { Check } from "../../src/contract/check.ts";
import { startKafkaResponder, TOPIC } from "../_support/kafka-responder.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
import { nats as natsServer } from "../servers/nats.ts";
import { postgres as postgresServer } from "../servers/postgres.ts";
import { redis as redisServer } from "../servers/redis.ts";

/** A server over HTTP that answers everything in the same way, and its URL. */
async function answering(status: number, headers: object, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { ...headers }).end(body);
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return base;
}

async function ofElastic(status: number, body: object): Promise<string> {
  const headers = {
    "content-type": "application/json",
    "x-elastic-product": "Elasticsearch",
  };
  return answering(status, headers, JSON.stringify(body));
}

function security(reason: string, status: number): object {
  const error = { type: "security_exception", reason };
  return { error: { root_cause: [error], ...error }, status };
}

const SEARCHES: Readonly<Record<string, (node: string) => Elastic | OpenSearch>> = {
  "@elastic/elasticsearch": (node) => new Elastic({ node }),
  "@opensearch-project/opensearch": (node) => new OpenSearch({ node }),
};

const NO_MONITOR =
  "action [cluster:monitor/health] is unauthorized for user [shop] with effective roles [shop]";
const NO_PERMISSIONS = "no permissions for [cluster:monitor/health] and User [name=shop]";
const NO_IAM =
  "User: arn:aws:iam::123456789012:user/shop is not authorized to perform: es:ESHttpGet";

/** A client that answers each call of these methods with the same failure. */
function failing(failure: unknown, methods: readonly string[], more: object = {}): never {
  const reject = async () => {
    throw failure;
  };
  return { ...Object.fromEntries(methods.map((name) => [name, reject])), ...more } as never;
}

function mongo(message: string, code: number): Check {
  const command = async () => {
    throw new MongoServerError({ message, code });
  };
  return mongodb({ client: { withSession: () => {}, db: () => ({ command }) } as never });
}

const channel = (failure: object): never =>
  failing(failure, ["checkExchange", "checkQueue", "close"], { on: () => {} });

/** A connection of amqplib whose server closes each channel by this code. */
function broker(code: number): never {
  const text = `Operation failed: ExchangeDeclare; ${code} (ACCESS-REFUSED) with message "ACCESS_REFUSED - access to exchange 'amq.direct' refused for user 'shop'"`;
  const failure = Object.assign(new Error(text), { code });
  return {
    createChannel: async () => channel(failure),
    createConfirmChannel: async () => channel(failure),
    connection: {},
    on: () => {},
    off: () => {},
  } as never;
}

/** A connection of rhea whose server ends each session by this condition. */
function session(condition: string): never {
  const listeners: Record<string, (context: object) => void> = {};
  return {
    is_open: () => true,
    is_closed: () => false,
    get_error: () => undefined,
    open_receiver: () => {},
    open_sender: () => {},
    container: {},
    create_session: () => ({
      on: (event: string, listener: (context: object) => void) => {
        listeners[event] = listener;
      },
      begin: () => listeners.session_error?.({ session: { error: { condition } } }),
      close: () => {},
    }),
  } as never;
}

const zoo = (name: string) =>
  zookeeper({
    client: {
      addAuthInfo: () => {},
      getState: () => ({ name: "SYNC_CONNECTED" }),
      exists: (_: string, done: (error: unknown) => void) =>
        done(Object.assign(new Error(`Exception: ${name}`), { name })),
    } as never,
  });

const directory = (code: number) =>
  ldap({
    client: failing(Object.assign(new Error(`Code: 0x${code.toString(16)}`), { code }), [
      "search",
      "startTLS",
      "exop",
    ]),
  });

async function clicks(code: number, name: string): Promise<Check> {
  const url = await answering(
    500,
    { "x-clickhouse-exception-code": String(code) },
    `Code: ${code}. DB::Exception: shop: Not enough privileges. (${name}) (version 24.8.1.1)`,
  );
  const client = createClickhouse({ url, log: { level: ClickHouseLogLevel.OFF } });
  onTestFinished(() => client.close());
  return clickhouse({ client });
}

async function payments(code: number, service?: string): Promise<Check> {
  const server = new Server();
  const refuse = (_: unknown, done: (failure: object) => void) =>
    done({ code, details: "RBAC: access denied" });
  server.addService(healthService, { Check: refuse, Watch: () => {}, List: refuse } as never);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, bound) =>
      failure ? reject(failure) : resolve(bound),
    ),
  );
  const client = new GrpcClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => {
    client.close();
    server.forceShutdown();
  });
  return grpc({ client, service });
}

async function group(error: number): Promise<Check> {
  const responder = await startKafkaResponder();
  responder.answers.groupError = error;
  const kafkajs = new Kafka({
    brokers: [new URL(responder.url).host],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const client = kafkajs.consumer({ groupId: "billing" });
  await client.connect();
  await client.subscribe({ topic: TOPIC });
  onTestFinished(async () => {
    await client.disconnect();
    await responder.stop();
  });
  return kafka({ client, heartbeatWithin: 60_000 });
}

/** A client of `@platformatic/kafka` whose broker refuses with an error of the protocol. */
const platformatic = (apiId: string) =>
  kafka({
    client: failing(
      new AggregateError([Object.assign(new Error("Received response with error."), { apiId })]),
      ["listApis", "metadata"],
    ),
  });

/** An admin client of Confluent's package whose broker refuses in the words of librdkafka. */
const confluent = (message: string) =>
  kafka({
    client: failing(new Error(message), [
      "listTopics",
      "fetchTopicOffsetsByTimestamp",
      "connect",
      "disconnect",
    ]),
  });

const UP = { status: "up" };
const DOWN = { status: "down" };
const degraded = (words: string) => ({
  status: "degraded",
  reason: expect.stringContaining(`The client's user lacks permission: ${words}`),
});

describe("a question that a server refuses to a user whom it knows", () => {
  const ROWS: readonly (readonly [string, () => Check | Promise<Check>, object])[] = [
    ...Object.entries(SEARCHES).flatMap(([name, open]) => {
      const row = (what: string, status: number, body: object, outcome: object) =>
        [
          `${name}: ${what}`,
          async () => {
            const client = open(await ofElastic(status, body));
            onTestFinished(() => client.close());
            return elasticsearch({ client });
          },
          outcome,
        ] as const;
      return [
        row("no privilege monitor", 403, security(NO_MONITOR, 403), UP),
        row("no permissions", 403, security(NO_PERMISSIONS, 403), UP),
        row("no right in IAM", 403, { Message: NO_IAM }, UP),
        row("a wrong password", 401, security("unable to authenticate user", 401), DOWN),
        row("an expired token of AWS", 403, { message: "The security token is expired" }, DOWN),
        row("a proxy that forbids", 403, { error: "Forbidden" }, DOWN),
      ];
    }),
    [
      "mongodb: no right to ping",
      () => mongo("not authorized on admin to execute command { ping: 1 }", 13),
      UP,
    ],
    ["mongodb: no login", () => mongo("command ping requires authentication", 13), DOWN],
    ["mongodb: a wrong password", () => mongo("Authentication failed.", 18), DOWN],
    ["amqp: no right to the exchange", () => amqp({ client: broker(403) }), UP],
    [
      "amqp: no right to the exchange, with queues",
      () => amqp({ client: broker(403), queues: ["orders"] }),
      degraded("Operation failed"),
    ],
    ["amqp: another error of the channel", () => amqp({ client: broker(504) }), DOWN],
    [
      "queue of a broker: no right to it",
      () => queue({ client: broker(403), name: "orders" }),
      degraded("Operation failed"),
    ],
    ["queue of a broker: it is locked", () => queue({ client: broker(405), name: "orders" }), DOWN],
    [
      "amqp1: no right to a session",
      () => amqp1({ client: session("amqp:unauthorized-access") }),
      UP,
    ],
    ["amqp1: another condition", () => amqp1({ client: session("amqp:internal-error") }), DOWN],
    ["zookeeper: no right to the node", () => zoo("NO_AUTH"), UP],
    ["zookeeper: a wrong password", () => zoo("AUTH_FAILED"), DOWN],
    ["ldap: insufficientAccessRights", () => directory(50), UP],
    ["ldap: noSuchObject", () => directory(32), UP],
    ["ldap: invalidCredentials", () => directory(49), DOWN],
    ["ldap: unavailable", () => directory(52), DOWN],
    ["clickhouse: no grant", () => clicks(497, "ACCESS_DENIED"), UP],
    ["clickhouse: a wrong password", () => clicks(516, "AUTHENTICATION_FAILED"), DOWN],
    ["grpc: no right to the health service", () => payments(7), UP],
    [
      "grpc: no right to it, with a service",
      () => payments(7, "shop.v1.Payments"),
      degraded("7 PERMISSION_DENIED: RBAC: access denied"),
    ],
    ["grpc: a caller that is not known", () => payments(16), DOWN],
    ["kafkajs: no right to the group", () => group(30), UP],
    [
      "kafkajs: the coordinator is loading",
      () => group(14),
      { status: "down", reason: expect.stringContaining("coordinator is loading") },
    ],
    ["@platformatic/kafka: an ACL", () => platformatic("CLUSTER_AUTHORIZATION_FAILED"), UP],
    [
      "@platformatic/kafka: a wrong password",
      () => platformatic("SASL_AUTHENTICATION_FAILED"),
      DOWN,
    ],
    ["Confluent's kafka: an ACL", () => confluent("Broker: Topic authorization failed"), UP],
    [
      "Confluent's kafka: a wrong password",
      () => confluent("SASL authentication error: Authentication failed"),
      DOWN,
    ],
  ];

  test.each(ROWS)("%s", async (_, make, outcome) => {
    const check = await make();
    onTestFinished(async () => void (await check.close?.()));
    expect(await runCheck(check, 5000)).toMatchObject(outcome);
  });
});

describe("PostgreSQL", () => {
  /** A server with a user that may log in, and no more, and its URL. */
  async function startPostgres() {
    const server = await postgresServer.start();
    onTestFinished(() => server.stop());
    const admin = new pg.Pool({ connectionString: server.url, max: 1 });
    admin.on("error", () => {});
    onTestFinished(() => admin.end());
    await admin.query("create role shop login password 'battery-staple'");
    const url = new URL(server.url);
    url.username = "shop";
    url.password = "battery-staple";
    return { admin, adminUrl: server.url, url: url.href };
  }

  const CLIENTS: Readonly<Record<string, (url: string) => Promise<PostgresClient>>> = {
    "a Pool of pg": async (connectionString) => {
      const pool = new pg.Pool({ connectionString, max: 2 });
      pool.on("error", () => {});
      onTestFinished(() => pool.end());
      return pool;
    },
    "a Client of pg": async (connectionString) => {
      const client = new pg.Client({ connectionString });
      client.on("error", () => {});
      await client.connect();
      onTestFinished(() => client.end());
      return client;
    },
    postgres: async (url) => {
      const sql = postgresJs(url, { max: 1 });
      onTestFinished(() => sql.end());
      return sql;
    },
  };

  test.each(Object.entries(CLIENTS))(
    "through %s, a function that an option needs and the user may not call is degraded",
    async (_, open) => {
      const { admin, url } = await startPostgres();
      await admin.query("revoke execute on function pg_last_wal_receive_lsn() from public");
      const client = await open(url);
      const lagging = postgres({ client, replicationLag: { down: 1000 } });
      for (let run = 0; run < 3; run++) {
        expect(await runCheck(lagging, 5000)).toMatchObject(
          degraded("permission denied for function pg_last_wal_receive_lsn"),
        );
      }
      expect(await runCheck(postgres({ client, writable: true }), 5000)).toMatchObject(UP);
      const { rows } = await admin.query(
        "select count(*)::int as open from pg_stat_activity where usename = 'shop'",
      );
      // A refusal costs no connection.
      expect(rows[0].open).toBe(1);
    },
  );

  test("a database to which the user may not connect is down, whatever is asked", async () => {
    const { admin, url } = await startPostgres();
    await admin.query("revoke connect on database hale from public");
    for (const open of [CLIENTS["a Pool of pg"], CLIENTS.postgres]) {
      const client = (await open?.(url)) as PostgresClient;
      expect(await runCheck(postgres({ client, writable: true }), 5000)).toMatchObject({
        status: "down",
        reason: expect.stringContaining("permission denied for database"),
      });
    }
  });

  test("tables of jobs that the user may not read are degraded", async () => {
    const { adminUrl, url } = await startPostgres();
    const boss = new PgBoss({ connectionString: adminUrl, max: 2 });
    await boss.start();
    await boss.stop({ graceful: false, close: true });
    const utils = await makeWorkerUtils({ connectionString: adminUrl });
    await utils.migrate();
    await utils.release();
    const pool = (await CLIENTS["a Pool of pg"]?.(url)) as pg.Pool;
    const executeSql = (text: string, values: unknown[]) => pool.query(text, values);
    const client = new PgBoss({ db: { executeSql } });
    expect(await runCheck(pgBoss({ client }), 5000)).toMatchObject(
      degraded("permission denied for schema pgboss"),
    );
    const own = new PgBoss({ connectionString: url, migrate: false, supervise: false });
    own.on("error", () => {});
    const { pool: ownPool } = Object.assign(own.getDb(), { opened: true, pool });
    expect(ownPool).toBe(pool);
    expect(await runCheck(pgBoss({ client: own }), 5000)).toMatchObject(
      degraded("permission denied for schema pgboss"),
    );
    const withPgClient = async (run: (connection: pg.PoolClient) => Promise<unknown>) => {
      const connection = await pool.connect();
      try {
        return await run(connection);
      } finally {
        connection.release();
      }
    };
    const worker = { withPgClient, permanentlyFailJobs: () => {}, addJob: () => {} };
    expect(await runCheck(graphileWorker({ client: worker }), 5000)).toMatchObject(
      degraded("permission denied for schema graphile_worker"),
    );
  });
});

describe("Redis below a queue", () => {
  const REFUSED =
    /^The client's user lacks permission: (?:NOPERM|.*ACL failure|.*The user executing the script can't) /;

  async function startRedis(rights: string): Promise<string> {
    const server = await redisServer.start();
    onTestFinished(() => server.stop());
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    await admin.acl("SETUSER", "some", "on", ">horse", "~*", "&*", ...rights.split(" "));
    return server.url.replace("redis://", "redis://some:horse@");
  }

  test.each(["+@all -llen", "+@all -zcard", "+@all -evalsha -eval"])(
    "of BullMQ that refuses to count by the rights %s is degraded",
    async (rights) => {
      const url = await startRedis(rights);
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      const client = new Queue("mail", { connection });
      client.on("error", () => {});
      onTestFinished(() => connection.disconnect());
      expect(await runCheck(bullmq({ client }), 5000)).toMatchObject({
        status: "degraded",
        reason: expect.stringMatching(REFUSED),
      });
    },
  );

  test("of bee-queue that refuses to count is degraded", async () => {
    const server = await redisServer.start();
    onTestFinished(() => server.stop());
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    await admin.acl("SETUSER", "default", "+@all", "-llen");
    const client = new Bee("mail", {
      redis: { host: "127.0.0.1", port: server.port },
      isWorker: false,
      getEvents: false,
    });
    client.on("error", () => {});
    onTestFinished(() => client.close());
    await client.ready();
    expect(await runCheck(beeQueue({ client }), 5000)).toMatchObject({
      status: "degraded",
      reason: expect.stringMatching(REFUSED),
    });
  });
});

describe("NATS", () => {
  const ENDS: Readonly<
    Record<string, (options: nats2.ConnectionOptions) => Promise<nats2.NatsConnection>>
  > = {
    nats: (options) => nats2.connect(options),
    "@nats-io/transport-node": (options) =>
      nats3.connect(options as never) as unknown as Promise<nats2.NatsConnection>,
  };

  test.each(Object.entries(ENDS))(
    "that lets the user of %s not ask for a consumer is degraded, and up without that question",
    async (kind, connect) => {
      const server = await natsServer.start({ denied: "$JS.API.CONSUMER.INFO.>" });
      onTestFinished(() => server.stop());
      const client = await connect({
        servers: `127.0.0.1:${server.port}`,
        user: "hale",
        pass: "correct-horse",
      });
      onTestFinished(() => client.close());
      const ask = () => client.request("$JS.API.CONSUMER.INFO.shop.billing", "", { timeout: 3000 });
      const consumer = { info: async () => (await ask()).json() as never };
      expect(await runCheck(nats({ client }), 5000)).toMatchObject(UP);
      const check = nats({ client, consumers: [consumer] });
      expect(await runCheck(check, 5000), kind).toMatchObject({
        status: "degraded",
        reason: expect.stringMatching(
          /^The client's user lacks permission: .*permissions violation/i,
        ),
      });
      expect(await runCheck(nats({ client }), 5000)).toMatchObject(UP);
    },
  );
});
