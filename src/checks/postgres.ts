import { type Check, type CheckOptions, defineCheck, type Run } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { oneAtATime } from "./_one-at-a-time.ts";
import { isPostgresPool, type PostgresPool, queryThroughPool } from "./_postgres-pool.ts";
import { validateCheck } from "./_validate-check.ts";

/** The part of a `pg` Client that this check calls. */
export interface PostgresConnection {
  query(sql: string): PromiseLike<unknown>;
}

/** The part of a `postgres` client that this check calls. */
export interface PostgresSql {
  unsafe(sql: string): PromiseLike<unknown>;
}

/** A `pg` Pool or Client, or what the `postgres` package makes. */
export type PostgresClient = PostgresPool | PostgresConnection | PostgresSql;

/** What {@link postgres} takes. */
export interface PostgresOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connections are what gets probed. */
  client: PostgresClient;
}

interface WithStream {
  readonly connection?: { readonly stream?: { readonly destroyed?: boolean } };
}

const CLIENT = {
  expected: "a Pool or Client of pg, or what the postgres package makes",
  accepts: (value: unknown) =>
    hasMethods(value, ["query"]) || hasMethods(value, ["unsafe"]) || hasMethods(value, ["connect"]),
};

const QUERY = "select 1 as one";

/**
 * Sends `select 1` over a connection that the service already has, and expects 1.
 *
 * Through a `pg` Pool it takes one connection at most; one that does not answer in time is destroyed
 * instead of going back, and a pool whose connections the service has all taken is degraded. A single
 * `pg` Client is the service's own and is never destroyed.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import pg from "pg";
 * import { createHealth } from "hale";
 * import { postgres } from "hale/checks";
 *
 * const client = new pg.Pool({ connectionString: "postgres://127.0.0.1/shop" });
 * const health = createHealth({ checks: { database: postgres({ client, timeout: 300 }) } });
 * ```
 */
export function postgres(options: PostgresOptions): Check {
  const { client, ...rest } = validateCheck("postgres()", options, CLIENT);
  return defineCheck({ ...rest, scope: "dependency", run: runWith(client) });
}

function runWith(client: PostgresClient): Run {
  if (isPostgresPool(client)) return queryThroughPool(client, QUERY, expectOne);
  const query = oneAtATime(async () => {
    if ("unsafe" in client) return client.unsafe(QUERY);
    // A Client whose connection has ended before it was ready keeps queries in its queue for ever.
    const { destroyed = false } = (client as WithStream).connection?.stream ?? {};
    if (destroyed) throw outerError("HALE_NOT_CONNECTED", "closed");
    return client.query(QUERY);
  });
  return async () => expectOne(await query());
}

/** `pg` answers `{ rows }`, `postgres` the rows themselves. */
function expectOne(result: unknown): void {
  const rows = Array.isArray(result) ? result : (result as { rows?: unknown } | null)?.rows;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  const value: unknown = typeof row === "object" && row !== null ? Object.values(row)[0] : row;
  if (String(value) !== "1") throw outerError("HALE_UNEXPECTED_REPLY", "1", value);
}
