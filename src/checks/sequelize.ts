import type { Check } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { POOL_RULES, type PoolCheckOptions } from "./internal/sql/pool-options.ts";
import { expectOne, selectOneIn } from "./internal/sql/select-one.ts";
import { type SequelizeConnections, sequelizePool } from "./internal/sql/sequelize-pool.ts";
import { throughPool } from "./internal/sql/through-pool.ts";

/** The part of a `Sequelize` that this check calls. */
export interface SequelizeClient {
  // biome-ignore lint/suspicious/noExplicitAny: what is returned depends on the options
  query(sql: string, options: any): Promise<unknown>;
  readonly connectionManager: SequelizeConnections;
}

/** The options of {@link sequelize}. */
export interface SequelizeOptions extends PoolCheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<SequelizeClient>;
}

/**
 * Sends `select 1` by `sequelize.query` over a connection that the service already has, and expects 1.
 * It is not logged.
 *
 * It takes one connection of the pool at most; one that does not answer in time is destroyed instead of
 * going back, and a pool whose connections the service has all taken is degraded.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Sequelize } from "sequelize";
 * import { createHealth } from "hale";
 * import { sequelize } from "hale/checks";
 *
 * const client = new Sequelize("postgres://127.0.0.1/shop");
 * const health = createHealth({ checks: { database: sequelize({ client, timeout: 300 }) } });
 * ```
 */
export function sequelize(options: SequelizeOptions): Check {
  return clientCheck("sequelize", options, POOL_RULES, (client: SequelizeClient, limits) =>
    throughPool(
      sequelizePool(client.connectionManager),
      async (connection) => {
        // A query takes the connection of its transaction, and of that reads nothing else.
        const transaction = { connection };
        return expectOne(
          await client.query(selectOneIn(dialectOf(client)), {
            transaction,
            type: "SELECT",
            logging: false,
          }),
        );
      },
      limits,
    ),
  );
}

function dialectOf(client: object): unknown {
  return hasMethods(client, ["getDialect"])
    ? (client as { getDialect(): unknown }).getDialect()
    : undefined;
}
