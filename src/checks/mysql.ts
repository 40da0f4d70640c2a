import type { Check, Outcome } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { BOOLEAN, hasMethods } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { outcomeOf } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import {
  isOfNpmMysql,
  type MysqlCallbackConnection,
  type MysqlCallbackPool,
  promisingConnection,
  promisingPool,
} from "./internal/sql/mysql-callbacks.ts";
import { type MysqlConnection, type MysqlPool, mysqlPool } from "./internal/sql/mysql-pool.ts";
import { POOL_RULES, type PoolCheckOptions } from "./internal/sql/pool-options.ts";
import { throughPool } from "./internal/sql/through-pool.ts";

/** A pool or a connection of `mysql2` with callbacks. */
export interface MysqlCallbacks {
  promise(): MysqlPool | MysqlConnection;
}

/** A pool or a connection of npm `mysql`, of `mysql2` with callbacks or promises, or of `mariadb`. */
export type MysqlClient =
  | MysqlPool
  | MysqlConnection
  | MysqlCallbacks
  | MysqlCallbackPool
  | MysqlCallbackConnection;

/** The options of {@link mysql}. */
export interface MysqlOptions extends PoolCheckOptions {
  /** The client that the service already uses, so that its own connections are what gets probed. */
  client: ClientSource<MysqlClient>;
  /**
   * Whether the service must be able to write: a server that is read-only is then degraded. It is a
   * replica, or a primary that was replaced.
   *
   * @default false
   */
  writable?: boolean | undefined;
}

const OWN_RULES = { writable: BOOLEAN, ...POOL_RULES };

/** The second is what Aurora sets on its readers. */
const READ_ONLY = "select @@global.read_only, @@global.innodb_read_only";

/**
 * Sends a ping over a connection that the service already has. With `writable`, a query of the
 * server's own state instead.
 *
 * Through a pool it takes one connection at most; one that does not answer in time is destroyed
 * instead of going back, and a pool whose connections the service has all taken is degraded. A single
 * connection is the service's own and is never destroyed.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import mysql2 from "mysql2";
 * import { createHealth } from "hale";
 * import { mysql } from "hale/checks";
 *
 * const client = mysql2.createPool("mysql://127.0.0.1/shop");
 * const health = createHealth({ checks: { database: mysql({ client, timeout: 300 }) } });
 * ```
 */
export function mysql(options: MysqlOptions): Check {
  return clientCheck("mysql", options, OWN_RULES, (client: MysqlClient, own) => {
    const { writable, ...limits } = own;
    const ask = writable ? askWhetherWritable : ping;
    const promising = withPromises(client);
    return hasMethods(promising, ["getConnection"])
      ? throughPool(mysqlPool(promising as MysqlPool), ask, limits)
      : oneAtATime(() => ask(promising as MysqlConnection));
  });
}

/** The same client with promises. */
function withPromises(client: MysqlClient): MysqlPool | MysqlConnection {
  if (isOfNpmMysql(client)) {
    return hasMethods(client, ["getConnection"])
      ? promisingPool(client as MysqlCallbackPool)
      : promisingConnection(client as MysqlCallbackConnection);
  }
  return hasMethods(client, ["promise"])
    ? (client as MysqlCallbacks).promise()
    : (client as MysqlPool | MysqlConnection);
}

async function ping(connection: MysqlConnection): Promise<Outcome> {
  await promised(connection.ping());
  return outcomeOf([]);
}

async function askWhetherWritable(connection: MysqlConnection): Promise<Outcome> {
  const row = firstRowOf(await promised(connection.query(READ_ONLY)));
  if (row.length !== 2) throw unexpectedReply("two variables", row.length);
  const isReadOnly = row.some((value) => !["0", "OFF"].includes(String(value)));
  return outcomeOf([
    isReadOnly
      ? {
          status: "degraded",
          reason: "The server is read-only: it may be a replica, or a primary that was replaced.",
        }
      : undefined,
  ]);
}

/** `mysql2` answers with rows and columns, `mariadb` with rows; a row may be a list. */
function firstRowOf(result: unknown): unknown[] {
  let row = result;
  while (Array.isArray(row) && typeof row[0] === "object" && row[0] !== null) row = row[0];
  return typeof row === "object" && row !== null ? Object.values(row) : [];
}
