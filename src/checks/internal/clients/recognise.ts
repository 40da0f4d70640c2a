import { brandCheck, type Check } from "../../../contract/check.ts";
import { HaleError } from "../../../contract/errors.ts";
import { hasMethods, kindOf, OBJECT, RECORD } from "../../../contract/options.ts";
import type { Held, Kind } from "./client-checks.ts";

/**
 * Every kind of client that becomes a check when it is passed as it is: the check, and the properties
 * by which the client is known. The comment behind each is what the pages call it. Short, because
 * `import "hale"` holds all of them.
 */
const KINDS: readonly string[] = [
  "amqp createConfirmChannel", // amqplib connection
  "amqp checkExchange prefetch", // amqplib channel
  "amqp createChannel isConnected", // amqp-connection-manager
  "amqp checkExchange queueLength", // ChannelWrapper
  "bee-queue createJob", // bee-queue
  "bullmq getJobCounts waitUntilReady", // BullMQ Queue
  "cache get set opts", // Keyv
  "cache get set wrap", // cache-manager
  "drizzle $with", // Drizzle
  "elasticsearch msearch", // @elastic/elasticsearch, @opensearch-project/opensearch
  "etcd maintenance", // etcd3
  "grpc makeUnaryRequest", // grpc-js
  "kafka admin producer logger", // Kafka
  "kafka describeCluster", // kafkajs admin
  "kafka describeGroup", // kafkajs consumer
  "kafka isIdempotent", // kafkajs producer
  "knex raw migrate", // Knex
  "kysely selectFrom", // Kysely
  "ldap search startTLS", // ldapts
  "mail sendMail verify", // nodemailer
  "memcached servers stats", // memjs
  "mikro-orm connect em", // MikroORM
  "mongodb db withSession", // MongoClient
  "mongodb connection startSession", // mongoose
  "mongodb getClient readyState", // mongoose Connection
  "mqtt sendPing", // mqtt
  "mysql releaseConnection", // mysql2 Pool
  "mysql unprepare", // mysql2 Connection
  "mysql taskQueueSize", // mariadb Pool
  "mysql ping isValid", // mariadb Connection
  "nats rtt isDraining", // nats, @nats-io/transport-node
  "pg-boss offWork", // PgBoss
  "postgres query waitingCount", // pg Pool
  "postgres query escapeIdentifier", // pg Client
  "postgres unsafe begin options", // postgres
  "postgres query execProtocol", // PGlite
  "prisma $queryRaw", // PrismaClient
  "redis sendCommand isOpen", // redis
  "redis sendCommand status", // ioredis, iovalkey
  "s3 send config.forcePathStyle", // @aws-sdk/client-s3
  "sequelize authenticate", // Sequelize
  "sqlite prepare pragma", // better-sqlite3
  "sqlite prepare open", // DatabaseSync
  "typeorm isInitialized", // DataSource
  "zookeeper addAuthInfo", // node-zookeeper-client
];

/**
 * Makes the check of a client that hale knows, and imports its body.
 *
 * @returns `undefined` for what no kind of client looks like
 * @throws `HALE_AMBIGUOUS_CLIENT` when it looks like the clients of two checks
 */
export function recognise(name: string, client: object): Check | undefined {
  const [kind, another] = kindsOf(client);
  if (kind === undefined) return undefined;
  if (another !== undefined) {
    const message = `The check "${name}" could be ${kind} or ${another}. Make it with "hale/checks".`;
    throw new HaleError("HALE_AMBIGUOUS_CLIENT", message);
  }
  const held: Held = {};
  const prepare = async () =>
    held.check ?? (await import("./client-checks.ts")).bodyOf(kind as Kind, client, held);
  // Loaded beside the service's own start, so that no run has to; where that fails, a run tries again.
  prepare().catch(() => {});
  return brandCheck({
    scope: "dependency",
    options: {},
    prepare,
    run: async (context) => (await prepare()).run(context),
    // What could not be loaded has opened nothing.
    close: () =>
      prepare().then(
        (check) => check.close?.(),
        () => {},
      ),
  });
}

/** The error for what is neither a check, nor a client, nor a function. */
export function unrecognised(name: string, value: unknown): HaleError {
  const accepted = namesOf(KINDS).join(", ");
  let remedy = "";
  try {
    remedy = remedyFor(value);
  } catch {
    // What throws when it is looked at is nothing that hale knows.
  }
  const message = `The check "${name}" is ${kindOf(value)}, which hale does not recognise.${remedy} It takes an async function, a check of "hale/checks", or the client of one: ${accepted}.`;
  return new HaleError("HALE_UNKNOWN_CLIENT", message);
}

/** What to write for a value that was likely meant as something which hale takes; empty for any other. */
function remedyFor(value: unknown): string {
  if (value === undefined || value === null) {
    return " Assign the client before createHealth() is called, or leave the check out.";
  }
  if (typeof value === "string" || value instanceof URL) {
    return ' Write fromUrl(…) of "hale/checks" for a URL.';
  }
  if (Array.isArray(value)) return " Write group([…]) for a list of names.";
  if (hasMethods(value, ["then"])) return " Write await before it.";
  if (!RECORD.accepts(value)) return "";
  const given = value as Readonly<Record<string, unknown>>;
  const [kind] = OBJECT.accepts(given.client) ? kindsOf(given.client as object) : [];
  if (kind !== undefined) {
    return ` Write ${functionOf(kind)}({ ${Object.keys(given).join(", ")} }) of "hale/checks".`;
  }
  if (hasMethods(given, ["run"])) return " Write defineCheck({ … }) for a check of your own.";
  const members = Object.values(given);
  const isGroup = members.length > 0 && members.every((member) => OBJECT.accepts(member));
  return isGroup ? " Write group({ … }) for several checks under one name." : "";
}

/** The function of `hale/checks` that makes a check of this kind: `beeQueue` for `bee-queue`. */
function functionOf(kind: string): string {
  return kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The kinds of client that a value looks like. */
function kindsOf(client: object): string[] {
  return namesOf(KINDS.filter((kind) => hasAll(client, propertiesOf(kind))));
}

function namesOf(kinds: readonly string[]): string[] {
  return [...new Set(kinds.map((kind) => kind.split(" ", 1)[0] ?? ""))];
}

function propertiesOf(kind: string): string[] {
  return kind.split(" ").slice(1);
}

/** Whether a client has all these properties; one with a dot is a property of a property. */
function hasAll(client: object, properties: readonly string[]): boolean {
  try {
    return properties.every(
      (path) => path.split(".").reduce((at, key) => at[key as never], client) !== undefined,
    );
  } catch {
    return false;
  }
}
