import type { Check, Run } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { throughDriverPool } from "./internal/sql/driver-pool.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { expectOne, selectOneIn } from "./internal/sql/select-one.ts";
import type { PoolRun } from "./internal/sql/through-pool.ts";

/** The part of a `DataSource` that this check calls. */
export interface TypeormClient {
  readonly isInitialized: boolean;
  query(sql: string): Promise<unknown>;
  /** The driver, which holds the pool; each database has one of its own. */
  readonly driver: object;
}

/** The options of {@link typeorm}. */
export interface TypeormOptions extends PoolCheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<TypeormClient>;
}

/** The options of a driver. */
interface WithType {
  readonly options?: { readonly type?: unknown };
}

/** The properties in which drivers keep the pool, once the DataSource is initialised. */
interface WithPool {
  /** PostgreSQL. */
  readonly master?: unknown;
  /** MySQL and MariaDB. */
  readonly pool?: unknown;
  /** MySQL and MariaDB with replication: the pool of each server, by its name. */
  readonly poolCluster?: { readonly _nodes?: { readonly MASTER?: { readonly pool?: unknown } } };
}

/**
 * Sends `select 1` over a connection of a `DataSource`, and expects 1. One that is not initialised is down.
 *
 * Where it stands on a pool of `pg`, `mysql2` or `mysql`, it takes one connection at most; one that does not
 * answer in time is destroyed instead of going back, and a pool whose connections the service has all
 * taken is degraded. Elsewhere it is a query of the `DataSource`, of which at most one waits.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { DataSource } from "typeorm";
 * import { createHealth } from "hale";
 * import { typeorm } from "hale/checks";
 *
 * const client = new DataSource({ type: "postgres", url: "postgres://127.0.0.1/shop" });
 * const health = createHealth({ checks: { database: typeorm({ client, timeout: 300 }) } });
 * ```
 */
export function typeorm(options: TypeormOptions): Check {
  return clientCheck("typeorm", options, POOL_RULES, throughDataSource);
}

function throughDataSource(client: TypeormClient, limits: PoolLimits): ClientRun {
  const query = oneAtATime(() =>
    promised(client.query(selectOneIn((client.driver as WithType).options?.type))),
  );
  const throughLayer: Run = async () => expectOne(await query());
  // Each initialize() makes another pool.
  let last: { readonly pool: unknown; readonly runs: Partial<PoolRun> } | undefined;
  return {
    run(context) {
      if (!client.isInitialized) throw notConnected("not initialized");
      const { master, poolCluster, pool: single = master } = client.driver as WithPool;
      const pool = poolCluster?._nodes?.MASTER?.pool ?? single;
      if (last === undefined || last.pool !== pool) {
        last?.runs.close?.();
        last = { pool, runs: throughDriverPool(pool, limits) ?? {} };
      }
      return (last.runs.run ?? throughLayer)(context);
    },
    close: () => last?.runs.close?.(),
  };
}
