import type { Check, CheckOptions } from "../contract/check.ts";
import { BOOLEAN, hasMethods, requireOption } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { type AsyncDatabase, throughAsyncDatabase } from "./internal/sql/sqlite-async.ts";
import { type SqliteDatabase, throughDatabase } from "./internal/sql/sqlite-sync.ts";

/**
 * A `Database` of `better-sqlite3`, `libsql` or `sqlite3`, a `DatabaseSync` of `node:sqlite`, what `open()` of
 * `sqlite` makes, or a client of `@libsql/client`.
 */
export type SqliteClient = SqliteDatabase | AsyncDatabase;

/** The options of {@link sqlite}. */
export interface SqliteOptions extends CheckOptions {
  /** The client that the service already uses. */
  client: ClientSource<SqliteClient>;
  /**
   * Whether the service must be able to write: a database that is read-only is then degraded. A
   * transaction is begun for it, and rolled back, which only a database whose calls block can keep apart from
   * those of the service: `sqlite3`, `sqlite` and `@libsql/client` do not take the option.
   *
   * @default false
   */
  writable?: boolean | undefined;
  /** Bytes of the database, from which on it is `degraded` or `down`. */
  fileSize?: Thresholds | undefined;
  /** Bytes of the write-ahead log, from which on it is `degraded` or `down`. */
  walSize?: Thresholds | undefined;
}

const BLOCKING = {
  expected:
    'a database whose calls block, of better-sqlite3, libsql or node:sqlite, where "writable" is given',
  secret: true,
  accepts: isBlocking,
};

const FILE_RULES = { fileSize: THRESHOLDS, walSize: THRESHOLDS };
const OWN_RULES = { writable: BOOLEAN, ...FILE_RULES };

/** The part of the `timeout` after which the lock itself is the reason; 500 ms is its default. */
const PATIENCE = 0.5;

/**
 * Sends `select 1`, reads the size of the database with it, and expects its file to be where it was.
 *
 * While another process has locked the database, the check asks again for half of its `timeout`, without
 * waiting inside of SQLite, where the whole process would stand still.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import Database from "better-sqlite3";
 * import { createHealth } from "hale";
 * import { sqlite } from "hale/checks";
 *
 * const client = new Database(":memory:");
 * const health = createHealth({ checks: { database: sqlite({ client, writable: true }) } });
 * ```
 */
export function sqlite(options: SqliteOptions): Check {
  return clientCheck(
    "sqlite",
    options,
    OWN_RULES,
    (client: SqliteClient, own, { timeout = 500 }) => {
      const { writable = false, ...limits } = own;
      if (writable) requireOption("sqlite()", "client", client, BLOCKING);
      return isBlocking(client)
        ? throughDatabase(client as SqliteDatabase, writable, limits, PATIENCE * timeout)
        : throughAsyncDatabase(client as AsyncDatabase, limits);
    },
  );
}

function isBlocking(client: unknown): boolean {
  return hasMethods(client, ["prepare", "exec"]) && !hasMethods(client, ["each"]);
}
