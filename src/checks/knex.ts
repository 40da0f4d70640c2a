import type { Check } from "../contract/check.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { throughKnex } from "./internal/sql/knex-pool.ts";
import { POOL_RULES, type PoolCheckOptions } from "./internal/sql/pool-options.ts";

/** The part of what `knex()` makes that this check calls. */
export interface KnexClient {
  raw(sql: string): KnexRaw;
  /** The pool of the connections; the types of `knex` do not describe it. */
  // biome-ignore lint/suspicious/noExplicitAny: that is its type in knex
  readonly client: any;
}

/** A raw query of `knex`. */
export interface KnexRaw {
  // biome-ignore lint/suspicious/noExplicitAny: that is its type in knex
  connection(connection: any): PromiseLike<unknown>;
}

/** The options of {@link knex}. */
export interface KnexOptions extends PoolCheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<KnexClient>;
}

/**
 * Sends `select 1` by `knex.raw` over a connection that the service already has, and expects 1.
 *
 * It takes one connection of the pool at most; one that does not answer in time is not lent again, and
 * a pool whose connections the service has all taken is degraded.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import createKnex from "knex";
 * import { createHealth } from "hale";
 * import { knex } from "hale/checks";
 *
 * const client = createKnex({ client: "pg", connection: "postgres://127.0.0.1/shop" });
 * const health = createHealth({ checks: { database: knex({ client, timeout: 300 }) } });
 * ```
 */
export function knex(options: KnexOptions): Check {
  return clientCheck("knex", options, POOL_RULES, (client: KnexClient, limits) =>
    throughKnex(client, limits),
  );
}
