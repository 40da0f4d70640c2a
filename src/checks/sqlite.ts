import { type Check, type CheckOptions, defineCheck, type Outcome } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { BOOLEAN, hasMethods } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { judge, outcomeOf, THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { look } from "./internal/sql/sqlite-file.ts";

/** The part of a `Database` of `better-sqlite3`, or a `DatabaseSync` of `node:sqlite`, that this check calls. */
export interface SqliteClient {
  prepare(sql: string): { get(): unknown };
  exec(sql: string): unknown;
}

/** What {@link sqlite} takes. */
export interface SqliteOptions extends CheckOptions {
  /** The client that the service already uses. */
  client: SqliteClient;
  /**
   * Whether the service must be able to write: a database that is read-only is then degraded. A
   * transaction is begun for it, and rolled back.
   *
   * @default false
   */
  writable?: boolean | undefined;
  /** Bytes of the database, from which on it is `degraded` or `down`. */
  fileSize?: Thresholds | undefined;
  /** Bytes of the write-ahead log, from which on it is `degraded` or `down`. */
  walSize?: Thresholds | undefined;
}

const CLIENT = {
  expected: "a Database of better-sqlite3 or a DatabaseSync of node:sqlite",
  accepts: (value: unknown) => hasMethods(value, ["prepare", "exec"]),
};
const OWN_RULES = { writable: BOOLEAN, fileSize: THRESHOLDS, walSize: THRESHOLDS };

/** The size takes a lock and reads the first page, which `select 1` alone would not. */
const QUERY = `select 1 as one, page_count * page_size as bytes,
  (select file from pragma_database_list where name = 'main') as file
  from pragma_page_count, pragma_page_size`;

/** Milliseconds between two attempts, while another process has the lock. */
const AGAIN_AFTER = 20;

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
  const { client, writable, fileSize, walSize, ...rest } = validateCheck(
    "sqlite()",
    options,
    CLIENT,
    OWN_RULES,
  );
  let identity: string | undefined;

  function ask(): Outcome {
    const { one, bytes, file } = client.prepare(QUERY).get() as Row;
    if (Number(one) !== 1) throw unexpectedReply("1", one);
    const size = Number(bytes);
    const observations = { fileSize: { value: size, unit: "bytes" } };
    const findings = [
      fileSize && judge(size, fileSize, (limit) => tooLarge("database", size, limit)),
      writable && !canWrite(client) ? READ_ONLY : undefined,
    ];
    // A database in memory has no file.
    if (typeof file !== "string" || file === "") return outcomeOf(findings, observations);
    const seen = look(file);
    identity ??= seen?.identity;
    if (seen === undefined || seen.identity !== identity) {
      return outcomeOf([...findings, GONE], observations);
    }
    const wal = look(`${file}-wal`)?.bytes ?? 0;
    findings.push(walSize && judge(wal, walSize, (limit) => tooLarge("log", wal, limit)));
    return outcomeOf(findings, { ...observations, walSize: { value: wal, unit: "bytes" } });
  }

  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const end = performance.now() + PATIENCE * (rest.timeout ?? 500);
      for (;;) {
        signal.throwIfAborted();
        try {
          return withoutWaiting(client, ask);
        } catch (failure) {
          if (!isLocked(failure) || performance.now() > end) throw failure;
          await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
        }
      }
    },
  });
}

interface Row {
  readonly one: unknown;
  readonly bytes: unknown;
  readonly file: unknown;
}

const READ_ONLY = {
  status: "degraded",
  reason: "The database is read-only.",
} as const;

const GONE = {
  status: "down",
  reason:
    "The file of the database was deleted or replaced: what the service writes is lost when it ends.",
} as const;

function tooLarge(what: string, bytes: number, limit: number): string {
  return `The ${what} has ${bytes} bytes, and ${limit} are too many.`;
}

/**
 * Calls with a busy timeout of 0, and puts the service's own back: SQLite would sleep for that time, and
 * the loop with it. Nothing else runs in between.
 */
function withoutWaiting<T>(client: SqliteClient, call: () => T): T {
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
function canWrite(client: SqliteClient): boolean {
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

function rollback(client: SqliteClient): void {
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

/** How each driver says that a transaction is open; Node has it from 22.16 on. */
interface Transactional {
  readonly inTransaction?: boolean;
  readonly isTransaction?: boolean;
}

/** The words of SQLite itself, which both drivers give as the message. */
function isLocked(failure: unknown): boolean {
  return /database (?:table )?is locked/.test(String(failure));
}
