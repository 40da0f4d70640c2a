import type { Outcome, Run } from "../../../contract/check.ts";
import { hasMethods } from "../../../contract/options.ts";
import { type MysqlPool, mysqlPool } from "./mysql-pool.ts";
import { throughPool } from "./pool.ts";
import { isPostgresPool, postgresPool } from "./postgres-pool.ts";
import { judgeOne, SELECT_ONE } from "./select-one.ts";

/** A pool of `mysql2` whose calls take callbacks, as layers keep it. */
type CallbackPool = { promise(): MysqlPool };

/**
 * Asks over one connection of the pool that a layer stands on, when it is one of `pg` or `mysql2`: a
 * query of the layer itself could not be ended when it hangs.
 *
 * @returns `undefined` for what is neither
 */
export function throughDriverPool(pool: unknown): Run | undefined {
  if (typeof pool !== "object" || pool === null) return undefined;
  if (isPostgresPool(pool)) return throughPool(postgresPool(pool), ask);
  if (!hasMethods(pool, ["getConnection", "releaseConnection"])) return undefined;
  const mysql = hasMethods(pool, ["promise"])
    ? (pool as CallbackPool).promise()
    : (pool as MysqlPool);
  return throughPool(mysqlPool(mysql), ask);
}

async function ask(connection: { query(sql: string): Promise<unknown> }): Promise<Outcome> {
  return judgeOne(await connection.query(SELECT_ONE));
}
