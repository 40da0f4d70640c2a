import { type Check, defineCheck } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { kindOf } from "../contract/options.ts";
import type { Kind } from "./_bodies.ts";

/**
 * Every kind of client that becomes a check when it is passed as it is: the check, and the properties
 * by which the client is known. A property is a function, unless it ends with a sign of {@link TYPES}.
 * The comment behind each is what the pages call it. Short, because `import "hale"` holds all of them.
 */
const KINDS: readonly string[] = [
  "bee-queue checkHealth createJob", // bee-queue
  "bullmq getJobCounts waitUntilReady", // BullMQ Queue
  "cache get set delete opts&", // Keyv
  "cache get set del wrap", // cache-manager
  "elasticsearch cluster& msearch", // @elastic/elasticsearch, @opensearch-project/opensearch
  "etcd getAll maintenance&", // etcd3
  "ldap search startTLS", // ldapts
  "mail sendMail verify", // nodemailer
  "memcached stats servers&", // memjs
  "mongodb db withSession", // MongoClient
  "mongodb connection& startSession", // mongoose
  "mongodb getClient readyState#", // mongoose Connection
  "mysql getConnection releaseConnection", // mysql2 Pool
  "mysql ping unprepare", // mysql2 Connection
  "mysql getConnection taskQueueSize", // mariadb Pool
  "mysql ping isValid", // mariadb Connection
  "pg-boss getDb offWork", // PgBoss
  "postgres connect query totalCount# waitingCount#", // pg Pool
  "postgres connect query escapeIdentifier", // pg Client
  "postgres unsafe begin options&", // postgres
  "postgres query execProtocol", // PGlite
  "redis ping sendCommand isOpen?", // redis
  "redis ping sendCommand status$", // ioredis, iovalkey
  "sqlite prepare pragma", // better-sqlite3
  "sqlite prepare open", // DatabaseSync
];

/** What a property is, where it is no function; `!`: it is not there. */
const TYPES: Readonly<Record<string, string>> = {
  "#": "number",
  $: "string",
  "?": "boolean",
  "&": "object",
  "!": "undefined",
};

/**
 * Makes the check of a client that hale knows, and imports its body.
 *
 * @returns `undefined` for what no kind of client looks like
 * @throws `HALE_AMBIGUOUS_CLIENT` when it looks like the clients of two checks
 */
export function recognise(name: string, client: object): Check | undefined {
  const [kind, another] = namesOf(KINDS.filter((kind) => hasAll(client, propertiesOf(kind))));
  if (kind === undefined) return undefined;
  if (another !== undefined) throw new HaleError("HALE_AMBIGUOUS_CLIENT", name, kind, another);
  // Loaded beside the service's own start, so that no run has to; one that fails says why.
  const check = import("./_bodies.ts").then(({ bodyOf }) => bodyOf(kind as Kind, client));
  check.catch(() => {});
  return defineCheck({
    scope: "dependency",
    async run(context) {
      const { run } = await check;
      context.signal.throwIfAborted();
      return run(context);
    },
  });
}

/** The error for what is neither a check, nor a client, nor a function. */
export function unrecognised(name: string, value: unknown): HaleError {
  return new HaleError("HALE_UNKNOWN_CLIENT", name, kindOf(value), namesOf(KINDS).join(", "));
}

/** Whether a property of this name is a method of some client, and so no check of a group. */
export function isMethodOfClients(name: string): boolean {
  return KINDS.some((kind) => propertiesOf(kind).includes(name));
}

function namesOf(kinds: readonly string[]): string[] {
  return [...new Set(kinds.map((kind) => kind.split(" ", 1)[0] ?? ""))];
}

function propertiesOf(kind: string): string[] {
  return kind.split(" ").slice(1);
}

function hasAll(client: object, properties: readonly string[]): boolean {
  try {
    return properties.every((property) => {
      const type = TYPES[property.slice(-1)];
      const name = type === undefined ? property : property.slice(0, -1);
      return typeof (client as Record<string, unknown>)[name] === (type ?? "function");
    });
  } catch {
    return false;
  }
}
