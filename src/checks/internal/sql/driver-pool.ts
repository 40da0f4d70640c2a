import type { Outcome } from "../../../contract/check.ts";
import { hasMethods } from "../../../contract/options.ts";
import { isOfNpmMysql, type MysqlCallbackPool, promisingPool } from "./mysql-callbacks.ts";
import { type MysqlPool, mysqlPool } from "./mysql-pool.ts";
import type { PoolLimits } from "./pool-options.ts";
import { isPostgresPool, postgresPool } from "./postgres-pool.ts";
import { expectOne, SELECT_ONE } from "./select-one.ts";
import { type PoolRun, throughPool } from "./through-pool.ts";

/** A pool of `mysql2` whose calls take callbacks, as layers keep it. */
type CallbackPool = { promise(): MysqlPool };

/**
 * Queries over one connection of the pool that a layer stands on, when it is one of `pg`, `mysql2` or `mysql`: a
 * query of the layer itself could not be ended when it hangs, and would wait in the queue of a full pool.
 *
 * @returns `undefined` for what is none of these
 */
export function throughDriverPool(pool: unknown, limits?: PoolLimits): PoolRun | undefined {
  if (typeof pool !== "object" || pool === null) return undefined;
  if (isPostgresPool(pool)) return throughPool(postgresPool(pool), ask, limits);
  const promising = withPromises(pool);
  return promising && throughPool(mysqlPool(promising), ask, limits);
}

function withPromises(pool: object): MysqlPool | undefined {
  if (!hasMethods(pool, ["getConnection", "releaseConnection"])) return undefined;
  if (isOfNpmMysql(pool)) return promisingPool(pool as MysqlCallbackPool);
  if (hasMethods(pool, ["promise"])) return (pool as CallbackPool).promise();
  return hasMethods((pool as { pool?: unknown }).pool, ["promise"])
    ? (pool as MysqlPool)
    : undefined;
}

async function ask(connection: { query(sql: string): Promise<unknown> }): Promise<Outcome> {
  return expectOne(await connection.query(SELECT_ONE));
}
