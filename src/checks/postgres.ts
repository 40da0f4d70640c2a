import type { Check, Run } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { BOOLEAN, hasMethods, type Rule } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { timeLimitsRule } from "./internal/common/limits.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { type PostgresPool, postgresPool } from "./internal/sql/postgres-pool.ts";
import { type PostgresQuery, postgresQuery } from "./internal/sql/postgres-query.ts";
import { type PoolRun, throughPool } from "./internal/sql/through-pool.ts";

/** The part of a `pg` Client, and of a PGlite, that this check calls. */
export interface PostgresConnection {
  query(sql: string): PromiseLike<unknown>;
}

/** The part of a `postgres` client that this check calls. */
export interface PostgresSql {
  unsafe(sql: string): PromiseLike<unknown>;
}

/** The part of a database of `pg-promise` that this check reads. */
export interface PgPromise {
  readonly $pool: PostgresPool;
}

/**
 * A Pool or Client of `pg` or `@neondatabase/serverless`, a database of `pg-promise`, what `postgres()` or
 * `neon()` make, or a PGlite.
 */
export type PostgresClient = PostgresPool | PostgresConnection | PostgresSql | PgPromise;

/** The options of {@link postgres}. */
export interface PostgresOptions extends PoolCheckOptions {
  /** The client that the service already uses, so that its own connections are what gets probed. */
  client: ClientSource<PostgresClient>;
  /**
   * Whether the service must be able to write: a database that is read-only is then degraded. It is a
   * standby, or a primary that was replaced.
   *
   * @default false
   */
  writable?: boolean | undefined;
  /**
   * Milliseconds, at least 100, by which a standby may be behind its primary, from which on it is `degraded` or
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

const LEAST_LAG = 100;

const REPLICATION_LAG: Rule = {
  ...timeLimitsRule(LEAST_LAG),
  expected: `${THRESHOLDS.expected}, in milliseconds of at least ${LEAST_LAG}`,
  accepts: (value) =>
    THRESHOLDS.accepts(value) &&
    Object.values(value as Thresholds).every((limit) => limit === undefined || limit >= LEAST_LAG),
};

const OWN_RULES = { writable: BOOLEAN, replicationLag: REPLICATION_LAG, ...POOL_RULES };

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
  return clientCheck("postgres", options, OWN_RULES, (client: PostgresClient, own) => {
    const { writable, replicationLag, ...limits } = own;
    return runsWith(client, postgresQuery({ writable, replicationLag }), limits);
  });
}

function runsWith(
  client: PostgresClient,
  query: PostgresQuery,
  limits: PoolLimits,
): PoolRun | { readonly run: Run } {
  const { sql, readResult, readFailure } = query;
  const { $pool } = client as Partial<PgPromise>;
  if ($pool !== undefined) return runsWith($pool, query, limits);
  if (isPool(client)) {
    return throughPool(
      postgresPool(client),
      async (lent) => promised(lent.query(sql)).then(readResult, readFailure),
      limits,
    );
  }
  const ask = oneAtATime(async () => {
    // What neon() makes has both; its unsafe() sends nothing.
    if (hasMethods(client, ["unsafe"]) && !hasMethods(client, ["query"])) {
      return promised((client as PostgresSql).unsafe(sql));
    }
    // A Client that has no connection, or lost it before it was ready, keeps queries in its queue for ever.
    const { connection, _connecting, _connected } = client as WithStream;
    if (connection?.stream?.destroyed) throw notConnected("closed");
    if (_connecting === false && _connected === false) {
      throw notConnected("never connected; call connect()");
    }
    return promised((client as PostgresConnection).query(sql));
  });
  return { run: () => ask().then(readResult, readFailure) };
}

function isPool(client: object): client is PostgresPool {
  return hasMethods(client, ["connect"]) && typeof (client as PostgresPool).totalCount === "number";
}
