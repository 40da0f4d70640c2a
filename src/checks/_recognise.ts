import { type Check, defineCheck } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { kindOf } from "../contract/options.ts";
import type { CacheClient } from "./cache.ts";
import type { PostgresClient } from "./postgres.ts";
import type { RedisClient } from "./redis.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient = PostgresClient | RedisClient | CacheClient;

interface Recogniser {
  /** What an error message calls it. */
  readonly kind: string;
  /** Whether a client is of this kind: it has these properties, each of this type. */
  readonly shape: Readonly<Record<string, "function" | "number" | "string" | "boolean" | "object">>;
  /** Imports the body of the check and makes it. */
  readonly load: (client: never) => Promise<Check>;
}

const loadPostgres = async (client: PostgresClient) =>
  (await import("./postgres.ts")).postgres({ client });
const loadRedis = async (client: RedisClient) => (await import("./redis.ts")).redis({ client });
const loadCache = async (client: CacheClient) => (await import("./cache.ts")).cache({ client });

const RECOGNISERS: readonly Recogniser[] = [
  {
    kind: "pg Pool",
    shape: { connect: "function", query: "function", totalCount: "number", waitingCount: "number" },
    load: loadPostgres,
  },
  {
    kind: "pg Client",
    shape: { connect: "function", query: "function", escapeIdentifier: "function" },
    load: loadPostgres,
  },
  {
    kind: "postgres",
    shape: { unsafe: "function", begin: "function", options: "object" },
    load: loadPostgres,
  },
  {
    kind: "ioredis",
    shape: { ping: "function", sendCommand: "function", status: "string" },
    load: loadRedis,
  },
  {
    kind: "redis",
    shape: { ping: "function", sendCommand: "function", isOpen: "boolean" },
    load: loadRedis,
  },
  {
    kind: "Keyv",
    shape: { get: "function", set: "function", delete: "function", opts: "object" },
    load: loadCache,
  },
  {
    kind: "cache-manager",
    shape: { get: "function", set: "function", del: "function", wrap: "function" },
    load: loadCache,
  },
];

/**
 * Makes the check of a client that hale knows, and imports its body.
 *
 * @returns `undefined` for what no kind of client looks like
 * @throws `HALE_AMBIGUOUS_CLIENT` when two kinds do
 */
export function recognise(name: string, client: object): Check | undefined {
  const matches = RECOGNISERS.filter(({ shape }) => hasShape(client, shape));
  const [match] = matches;
  if (match === undefined) return undefined;
  if (matches.length > 1) {
    const kinds = matches.map(({ kind }) => kind).join(", ");
    throw new HaleError("HALE_AMBIGUOUS_CLIENT", name, kinds);
  }
  // Loaded beside the service's own start, so that no run has to; one that fails says why.
  const check = match.load(client as never);
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
  const accepted = RECOGNISERS.map(({ kind }) => kind).join(", ");
  return new HaleError("HALE_UNKNOWN_CLIENT", name, kindOf(value), accepted);
}

function hasShape(client: object, shape: Recogniser["shape"]): boolean {
  try {
    return Object.entries(shape).every(
      ([property, type]) => typeof (client as Record<string, unknown>)[property] === type,
    );
  } catch {
    return false;
  }
}
