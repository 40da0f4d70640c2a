import type { Check, Run } from "../contract/check.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { throughDriverPool } from "./internal/sql/driver-pool.ts";
import { type KnexQueries, throughKnex } from "./internal/sql/knex-pool.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { expectOne, selectOneIn } from "./internal/sql/select-one.ts";
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

/** The client below a connection: of version 6, and of version 7 from 7.2 on. */
interface WithClient {
  getKnex?(): KnexQueries;
  getNativeClient?(): Promise<unknown>;
}

/**
 * Sends `select 1` over a connection of a `MikroORM` for SQL, and expects 1.
 *
 * With version 6, and with 7.2 or later on a pool of `pg` or `mysql2`, it takes one connection of the pool at most;
 * one that does not answer in time is not lent again, and a pool whose connections the service has all taken is
 * degraded. Elsewhere it is a query of `em.getConnection()`, of which at most one waits.
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
  const connection = () => client.em.getConnection() as MikroOrmConnection & WithClient;
  const query = oneAtATime(() => {
    const one = connection();
    // Each database has a class of its own, such as OracleConnection.
    return promised(one.execute(selectOneIn(one.constructor.name)));
  });
  const native = oneAtATime(async () => {
    try {
      return await connection().getNativeClient?.();
    } catch {
      // It connects first, and the driver may have no client to show: its query says more.
      return undefined;
    }
  });
  const throughLayer: Run = async () => expectOne(await query());
  // Each connect() makes another one.
  let last: { readonly below: unknown; readonly runs: Partial<PoolRun> } | undefined;
  return {
    async run(context) {
      const knex = connection().getKnex?.();
      const below = knex ?? (await native());
      if (last === undefined || last.below !== below) {
        last?.runs.close?.();
        const runs = knex ? throughKnex(knex, limits) : throughDriverPool(below, limits);
        last = { below, runs: runs ?? {} };
      }
      return (last.runs.run ?? throughLayer)(context);
    },
    close: () => last?.runs.close?.(),
  };
}
