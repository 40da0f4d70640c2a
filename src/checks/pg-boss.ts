import type { Check, CheckOptions, Outcome } from "../contract/check.ts";
import { notConnected, unexpectedReply } from "../contract/check-failures.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import {
  findingsOf,
  type JobTableRow,
  queryOfJobs,
  SCHEMA,
  tablesRefused,
} from "./internal/messaging/job-table.ts";
import { outcomeOfQueue, QUEUE_RULES, type QueueLimits } from "./internal/messaging/queue.ts";
import { POOL_RULES, type PoolLimits } from "./internal/sql/pool-options.ts";
import {
  isPostgresPool,
  type PostgresPoolClient,
  postgresPool,
} from "./internal/sql/postgres-pool.ts";
import { type PoolRun, throughPool } from "./internal/sql/through-pool.ts";

/** The part of a pg-boss that this check calls. */
export interface PgBossClient {
  getDb(): PgBossDatabase;
}

interface PgBossDatabase {
  executeSql(text: string, values: unknown[]): PromiseLike<{ rows: readonly unknown[] }>;
}

/** The options of {@link pgBoss}. */
export interface PgBossOptions extends QueueLimits, PoolLimits {
  /** The pg-boss that the service already uses. */
  client: ClientSource<PgBossClient>;
  /**
   * The name of the one queue to look at.
   *
   * @default all queues
   */
  queue?: string | undefined;
  /**
   * The schema in which the tables of pg-boss are.
   *
   * @default "pgboss"
   */
  schema?: string | undefined;
}

const OWN_RULES = {
  ...QUEUE_RULES,
  ...POOL_RULES,
  queue: {
    expected: "the name of a queue",
    accepts: (value: unknown) => typeof value === "string" && value !== "",
  },
  schema: SCHEMA,
};

/**
 * Counts the waiting jobs of pg-boss, in one query over its own pool, which also shows that its
 * PostgreSQL answers. With `failed` and `oldest` the same query asks for these too. It takes one
 * connection at most; a pool whose connections are all taken is degraded.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import PgBoss from "pg-boss";
 * import { createHealth } from "hale";
 * import { pgBoss } from "hale/checks";
 *
 * const client = new PgBoss("postgres://127.0.0.1/shop");
 * const mail = pgBoss({ client, queue: "mail", waiting: { degraded: 1000 } });
 * const health = createHealth({ checks: { mail } });
 * ```
 */
export function pgBoss(options: PgBossOptions): Check {
  return clientCheck("pgBoss", options, OWN_RULES, throughBoss);
}

function throughBoss(
  client: PgBossClient,
  options: Omit<PgBossOptions, keyof CheckOptions | "client">,
): ClientRun {
  const {
    queue,
    schema = "pgboss",
    connectTimeout,
    exhaustedFor,
    reopenEvery,
    ...limits
  } = options;
  const sql = queryFor(schema, queue !== undefined, limits);
  const values = queue === undefined ? [] : [queue];
  const readRow = (answer: unknown): Outcome => {
    // A pg-boss that was not started, or was stopped, queries no server.
    if (answer === undefined) throw notConnected("not started");
    const [row] = (answer as { rows: readonly JobTableRow[] }).rows;
    if (row === undefined) throw unexpectedReply("one row", undefined);
    return outcomeOfQueue(findingsOf(row), limits);
  };
  const own = throughOwnPool(
    async (connection) => promised(connection.query(sql, values)).then(readRow, tablesRefused),
    { connectTimeout, exhaustedFor, reopenEvery },
  );
  const ask = oneAtATime(() => promised(client.getDb().executeSql(sql, values)));
  return {
    async run(context) {
      const runs = own.of(client.getDb() as OwnDatabase);
      return runs ? runs.run(context) : ask().then(readRow, tablesRefused);
    },
    close: () => own.close(),
  };
}

/** The database of a pg-boss that was not given one: a pool of `pg`, while it is started. */
interface OwnDatabase {
  readonly opened?: boolean;
  readonly pool?: object;
}

/** Queries over one connection of the pool that a pg-boss has opened for itself; it makes another at each start. */
function throughOwnPool(
  ask: (connection: PostgresPoolClient) => Promise<Outcome>,
  limits: PoolLimits,
): { of(database: OwnDatabase): PoolRun | undefined; close(): void } {
  let last: { readonly pool: object; readonly runs: PoolRun } | undefined;
  return {
    of({ opened, pool }) {
      if (opened !== true || pool === undefined || !isPostgresPool(pool)) return undefined;
      if (last?.pool !== pool) {
        last?.runs.close();
        last = { pool, runs: throughPool(postgresPool(pool), ask, limits) };
      }
      return last.runs;
    },
    close: () => last?.runs.close(),
  };
}

function queryFor(schema: string, ofOne: boolean, limits: QueueLimits): string {
  const jobs = `from ${schema}.job where ${ofOne ? "name = $1 and " : ""}`;
  const table = {
    due: `${jobs}state < 'active' and start_after <= now()`,
    failed: `${jobs}state = 'failed'`,
    dueAt: "start_after",
  };
  return queryOfJobs(table, limits);
}
