import type { Check, Run } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { type KnexQueries, throughKnex } from "./internal/sql/knex-pool.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { expectOne, SELECT_ONE } from "./internal/sql/select-one.ts";
import type { PoolRun } from "./internal/sql/through-pool.ts";

/** The part of a `MikroORM` that this check calls. */
export interface MikroOrmClient {
  readonly em: { getConnection(): MikroOrmConnection };
}

/** The connection of a driver for SQL. */
export interface MikroOrmConnection {
  execute(sql: string): Promise<unknown>;
}

/** The options of {@link mikroOrm}. */
export interface MikroOrmOptions extends PoolCheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<MikroOrmClient>;
}

/** The client below a connection of version 6. */
interface WithKnex {
  getKnex(): KnexQueries;
}

/**
 * Sends `select 1` over a connection of a `MikroORM` for SQL, and expects 1.
 *
 * With version 6 it takes one connection of the pool at most; one that does not answer in time is not
 * lent again, and a pool whose connections the service has all taken is degraded. Elsewhere it is a
 * query of `em.getConnection()`, of which at most one waits.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { MikroORM } from "@mikro-orm/postgresql";
 * import { createHealth } from "hale";
 * import { mikroOrm } from "hale/checks";
 *
 * const client = await MikroORM.init({
 *   clientUrl: "postgres://127.0.0.1/shop",
 *   entities: [],
 *   discovery: { warnWhenNoEntities: false },
 *   connect: false,
 * });
 * const health = createHealth({ checks: { database: mikroOrm({ client, timeout: 300 }) } });
 * ```
 */
export function mikroOrm(options: MikroOrmOptions): Check {
  return clientCheck("mikroOrm", options, POOL_RULES, throughOrm);
}

function throughOrm(client: MikroOrmClient, limits: PoolLimits): ClientRun {
  const query = oneAtATime(() => promised(client.em.getConnection().execute(SELECT_ONE)));
  const throughLayer: Run = async () => expectOne(await query());
  // Each connect() makes another one.
  let last: { readonly knex: KnexQueries; readonly runs: PoolRun } | undefined;
  return {
    run(context) {
      const connection = client.em.getConnection();
      if (!hasMethods(connection, ["getKnex"])) return throughLayer(context);
      const knex = (connection as MikroOrmConnection & WithKnex).getKnex();
      if (last?.knex !== knex) {
        last?.runs.close();
        last = { knex, runs: throughKnex(knex, limits) };
      }
      return last.runs.run(context);
    },
    close: () => last?.runs.close(),
  };
}
