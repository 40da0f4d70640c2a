import type { Check, CheckOptions } from "../contract/check.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { expectOne, SELECT_ONE } from "./internal/sql/select-one.ts";

/** The part of a `Kysely` that this check calls. */
export interface KyselyClient {
  /** Runs a query that is compiled already, so that none of `kysely` is needed to make it. */
  // biome-ignore lint/suspicious/noExplicitAny: the tree of a query is of many types of kysely
  executeQuery(query: any): Promise<{ readonly rows: readonly unknown[] }>;
}

/** The options of {@link kysely}. */
export interface KyselyOptions extends CheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<KyselyClient>;
}

/** A compiled query. */
const QUERY = {
  sql: SELECT_ONE,
  parameters: [],
  query: { kind: "RawNode", sqlFragments: [SELECT_ONE], parameters: [] },
  queryId: { queryId: "hale" },
};

/**
 * Sends `select 1` by `executeQuery` over the connections of a `Kysely`, and expects 1. At most one
 * query waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Kysely, PostgresDialect } from "kysely";
 * import pg from "pg";
 * import { createHealth } from "hale";
 * import { kysely } from "hale/checks";
 *
 * const pool = new pg.Pool({ connectionString: "postgres://127.0.0.1/shop" });
 * const client = new Kysely({ dialect: new PostgresDialect({ pool }) });
 * const health = createHealth({ checks: { database: kysely({ client, timeout: 300 }) } });
 * ```
 */
export function kysely(options: KyselyOptions): Check {
  return clientCheck("kysely", options, {}, (client: KyselyClient) => {
    const query = oneAtATime(() => promised(client.executeQuery(QUERY)));
    return async () => expectOne(await query());
  });
}
