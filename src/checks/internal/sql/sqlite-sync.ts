import type { Run } from "../../../contract/check.ts";
import { databaseReader, type SizeLimits, SQLITE_QUERY } from "./sqlite-database.ts";

/** A database whose calls return their answers: of `better-sqlite3`, `libsql`, `node:sqlite` or `bun:sqlite`. */
export interface SqliteDatabase {
  prepare(sql: string): { get(): unknown };
  exec(sql: string): unknown;
}

/** Milliseconds between two attempts, while another process has the lock. */
const AGAIN_AFTER = 20;

/**
 * Queries a database whose calls block. While another process has locked it, it is queried again for `patience`
 * milliseconds, without waiting inside of SQLite, where the whole process would stand still.
 */
export function throughDatabase(
  client: SqliteDatabase,
  writable: boolean,
  limits: SizeLimits,
  patience: number,
): Run {
  const readRow = databaseReader(limits);
  const ask = () =>
    readRow(client.prepare(SQLITE_QUERY).get(), () => writable && !canWrite(client));
  return async ({ signal }) => {
    const end = performance.now() + patience;
    for (;;) {
      signal.throwIfAborted();
      try {
        return withoutWaiting(client, ask);
      } catch (failure) {
        if (!isLocked(failure) || performance.now() > end) throw failure;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
      }
    }
  };
}

/**
 * Calls with a busy timeout of 0, and puts the service's own back: SQLite would sleep for that time, and
 * the loop with it. Nothing else runs in between.
 */
function withoutWaiting<T>(client: SqliteDatabase, call: () => T): T {
  const row = client.prepare("pragma busy_timeout").get() as { timeout?: unknown } | undefined;
  const timeout = Number(row?.timeout ?? 0);
  // Not by exec(), which better-sqlite3 refuses while the service iterates over rows.
  client.prepare("pragma busy_timeout = 0").get();
  try {
    return call();
  } finally {
    client.prepare(`pragma busy_timeout = ${timeout}`).get();
  }
}

/**
 * Whether a page can be written: the first one, with what it holds already, in a transaction that is
 * rolled back. On a database that was opened to be read, the transaction alone would begin.
 *
 * One of the service's own transactions that is open is left alone.
 */
function canWrite(client: SqliteDatabase): boolean {
  const { inTransaction, isTransaction } = client as Transactional;
  if (inTransaction === true || isTransaction === true) return true;
  try {
    client.exec("begin immediate");
  } catch (failure) {
    if (isReadOnly(failure)) return false;
    // The service is at work on it: it is in a transaction, or iterates over rows.
    if (/within a transaction|busy executing a query/.test(String(failure))) return true;
    throw failure;
  }
  try {
    const row = client.prepare("pragma user_version").get() as { user_version?: unknown };
    client.exec(`pragma user_version = ${Number(row.user_version)}`);
    return true;
  } catch (failure) {
    if (isReadOnly(failure)) return false;
    throw failure;
  } finally {
    rollback(client);
  }
}

function rollback(client: SqliteDatabase): void {
  try {
    client.exec("rollback");
  } catch (failure) {
    // A write for which the disk had no room was rolled back by SQLite.
    if (!/no transaction is active/.test(String(failure))) throw failure;
  }
}

function isReadOnly(failure: unknown): boolean {
  return /readonly database/.test(String(failure));
}

/** The property of each driver that says that a transaction is open; Node has it from 22.16 on. */
interface Transactional {
  readonly inTransaction?: boolean;
  readonly isTransaction?: boolean;
}

/** The words of SQLite itself, which both drivers give as the message. */
function isLocked(failure: unknown): boolean {
  return /database (?:table )?is locked/.test(String(failure));
}
