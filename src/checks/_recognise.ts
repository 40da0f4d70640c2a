import { type Check, defineCheck } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { kindOf } from "../contract/options.ts";
import type { Kind } from "./_bodies.ts";

/**
 * Every kind of client that becomes a check when it is passed as it is: what an error message calls
 * it, the check that is made of it, and the properties by which it is known. A property is a
 * function, unless it ends with a sign of {@link TYPES}. Short, because `import "hale"` holds all of them.
 */
const KINDS: readonly (readonly [name: string, check: Kind, properties: string])[] = [
  ["pg Pool", "postgres", "connect query totalCount# waitingCount#"],
  ["pg Client", "postgres", "connect query escapeIdentifier"],
  ["postgres", "postgres", "unsafe begin options&"],
  ["PGlite", "postgres", "query execProtocol"],
  ["mysql2 Pool", "mysql", "getConnection releaseConnection"],
  ["mysql2 Connection", "mysql", "ping unprepare"],
  ["mariadb Pool", "mysql", "getConnection taskQueueSize"],
  ["mariadb Connection", "mysql", "ping isValid"],
  ["Knex", "knex", "raw migrate&"],
  ["Kysely", "kysely", "connection selectFrom"],
  ["DataSource", "typeorm", "query isInitialized?"],
  ["Sequelize", "sequelize", "query authenticate"],
  ["Drizzle", "drizzle", "$with"],
  ["MikroORM", "mikro-orm", "connect em&"],
  ["PrismaClient", "prisma", "$connect $queryRaw"],
  ["MongoClient", "mongodb", "db withSession"],
  ["mongoose", "mongodb", "connection& startSession"],
  ["mongoose Connection", "mongodb", "getClient readyState#"],
  ["ioredis", "redis", "ping sendCommand status$"],
  ["redis", "redis", "ping sendCommand isOpen?"],
  ["Keyv", "cache", "get set delete opts&"],
  ["cache-manager", "cache", "get set del wrap"],
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
 * @throws `HALE_AMBIGUOUS_CLIENT` when two kinds do
 */
export function recognise(name: string, client: object): Check | undefined {
  const matches = KINDS.filter(([, , properties]) => hasAll(client, properties));
  const [match] = matches;
  if (match === undefined) return undefined;
  if (matches.length > 1) {
    throw new HaleError("HALE_AMBIGUOUS_CLIENT", name, namesOf(matches));
  }
  // Loaded beside the service's own start, so that no run has to; one that fails says why.
  const check = import("./_bodies.ts").then(({ bodyOf }) => bodyOf(match[1], client));
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
  return new HaleError("HALE_UNKNOWN_CLIENT", name, kindOf(value), namesOf(KINDS));
}

/** Whether a property of this name is a method of some client, and so no check of a group. */
export function isMethodOfClients(name: string): boolean {
  return KINDS.some(([, , properties]) => properties.split(" ").includes(name));
}

function namesOf(kinds: typeof KINDS): string {
  return kinds.map(([name]) => name).join(", ");
}

function hasAll(client: object, properties: string): boolean {
  try {
    return properties.split(" ").every((property) => {
      const type = TYPES[property.slice(-1)];
      const name = type === undefined ? property : property.slice(0, -1);
      return typeof (client as Record<string, unknown>)[name] === (type ?? "function");
    });
  } catch {
    return false;
  }
}
