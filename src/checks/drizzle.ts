import type { Check, Run } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { throughDriverPool } from "./internal/sql/driver-pool.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { expectOne, SELECT_ONE } from "./internal/sql/select-one.ts";
import type { PoolRun } from "./internal/sql/through-pool.ts";

/** The part of a database of `drizzle-orm` for PostgreSQL or MySQL that this check calls. */
export interface DrizzleServerClient {
  execute(sql: string): PromiseLike<unknown>;
  /** The client of the driver; older versions do not have it. */
  readonly $client?: unknown;
}

/** The part of a database of `drizzle-orm` for SQLite that this check calls. */
export interface DrizzleSqliteClient {
  all(sql: string): unknown;
}

/** A database of `drizzle()`. */
export type DrizzleClient = DrizzleServerClient | DrizzleSqliteClient;

/** The options of {@link drizzle}. */
export interface DrizzleOptions extends PoolCheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<DrizzleClient>;
}

/**
 * Sends `select 1` over a connection of a database of `drizzle-orm`, and expects 1.
 *
 * Where it stands on a pool of `pg` or `mysql2`, it takes one connection at most; one that does not
 * answer in time is destroyed instead of going back, and a pool whose connections the service has all
 * taken is degraded. Elsewhere it is a query of `drizzle-orm`, of which at most one waits.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { drizzle as createDrizzle } from "drizzle-orm/node-postgres";
 * import { createHealth } from "hale";
 * import { drizzle } from "hale/checks";
 *
 * const client = createDrizzle("postgres://127.0.0.1/shop");
 * const health = createHealth({ checks: { database: drizzle({ client, timeout: 300 }) } });
 * ```
 */
export function drizzle(options: DrizzleOptions): Check {
  return clientCheck("drizzle", options, POOL_RULES, runsWith);
}

function runsWith(client: DrizzleClient, limits: PoolLimits): PoolRun | { readonly run: Run } {
  const query = oneAtATime(async () =>
    hasMethods(client, ["execute"])
      ? promised((client as DrizzleServerClient).execute(SELECT_ONE))
      : // With better-sqlite3 it is the answer itself.
        (client as DrizzleSqliteClient).all(SELECT_ONE),
  );
  const { $client } = client as DrizzleServerClient;
  return throughDriverPool($client, limits) ?? { run: async () => expectOne(await query()) };
}
