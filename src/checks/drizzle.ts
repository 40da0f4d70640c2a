import { type Check, defineCheck, type Run } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { throughDriverPool } from "./internal/sql/driver-pool.ts";
import { POOL_RULES, type PoolCheckOptions, type PoolLimits } from "./internal/sql/pool-options.ts";
import { judgeOne, SELECT_ONE } from "./internal/sql/select-one.ts";
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

/** What `drizzle()` makes. */
export type DrizzleClient = DrizzleServerClient | DrizzleSqliteClient;

/** What {@link drizzle} takes. */
export interface DrizzleOptions extends PoolCheckOptions {
  /** What the service queries with, so that its own connections are what gets probed. */
  client: DrizzleClient;
}

const CLIENT = {
  expected: "what drizzle() makes",
  accepts: (value: unknown) => hasMethods(value, ["execute"]) || hasMethods(value, ["all"]),
};

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
  const { client, connectTimeout, exhaustedFor, ...rest } = validateCheck(
    "drizzle()",
    options,
    CLIENT,
    POOL_RULES,
  );
  const runs = runsWith(client, { connectTimeout, exhaustedFor });
  return defineCheck({ ...rest, scope: "dependency", ...runs });
}

function runsWith(client: DrizzleClient, limits: PoolLimits): PoolRun | { readonly run: Run } {
  const query = oneAtATime(async () =>
    "execute" in client ? client.execute(SELECT_ONE) : client.all(SELECT_ONE),
  );
  const { $client } = client as DrizzleServerClient;
  return throughDriverPool($client, limits) ?? { run: async () => judgeOne(await query()) };
}
