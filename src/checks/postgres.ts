import { type Check, type CheckOptions, defineCheck, type Run } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { BOOLEAN, hasMethods } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { throughPool } from "./internal/sql/pool.ts";
import { isPostgresPool, type PostgresPool, postgresPool } from "./internal/sql/postgres-pool.ts";
import { type PostgresQuery, postgresQuery } from "./internal/sql/postgres-query.ts";

/** The part of a `pg` Client, and of a PGlite, that this check calls. */
export interface PostgresConnection {
  query(sql: string): PromiseLike<unknown>;
}

/** The part of a `postgres` client that this check calls. */
export interface PostgresSql {
  unsafe(sql: string): PromiseLike<unknown>;
}

/** A `pg` Pool or Client, what the `postgres` package makes, or a PGlite. */
export type PostgresClient = PostgresPool | PostgresConnection | PostgresSql;

/** What {@link postgres} takes. */
export interface PostgresOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connections are what gets probed. */
  client: PostgresClient;
  /**
   * Whether the service must be able to write: a database that is read-only is then degraded. It is a
   * standby, or a primary that was replaced.
   *
   * @default false
   */
  writable?: boolean | undefined;
  /**
   * Milliseconds by which a standby may be behind its primary, from which on it is `degraded` or
   * `down`. A primary has no lag.
   */
  replicationLag?: Thresholds | undefined;
}

interface WithStream {
  readonly connection?: { readonly stream?: { readonly destroyed?: boolean } };
  /** Of a `pg` Client: whether `connect()` has been called, and whether it has ended well. */
  readonly _connecting?: boolean;
  readonly _connected?: boolean;
}

const CLIENT = {
  expected: "a Pool or Client of pg, what the postgres package makes, or a PGlite",
  accepts: (value: unknown) =>
    hasMethods(value, ["query"]) || hasMethods(value, ["unsafe"]) || hasMethods(value, ["connect"]),
};

const OWN_RULES = { writable: BOOLEAN, replicationLag: THRESHOLDS };

/**
 * Sends `select 1` over a connection that the service already has, and expects 1. What the options
 * ask besides is part of the same statement.
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
  const { client, writable, replicationLag, ...rest } = validateCheck(
    "postgres()",
    options,
    CLIENT,
    OWN_RULES,
  );
  const run = runWith(client, postgresQuery({ writable, replicationLag }));
  return defineCheck({ ...rest, scope: "dependency", run });
}

function runWith(client: PostgresClient, { sql, judge }: PostgresQuery): Run {
  if (isPostgresPool(client)) {
    return throughPool(postgresPool(client), async (lent) => judge(await lent.query(sql)));
  }
  const query = oneAtATime(async () => {
    if ("unsafe" in client) return client.unsafe(sql);
    // A Client that has no connection, or lost it before it was ready, keeps queries in its queue for ever.
    const { connection, _connecting, _connected } = client as WithStream;
    if (connection?.stream?.destroyed) throw notConnected("closed");
    if (_connecting === false && _connected === false) {
      throw notConnected("never connected; call connect()");
    }
    return client.query(sql);
  });
  return async () => judge(await query());
}
