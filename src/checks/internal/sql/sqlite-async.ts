import type { Run } from "../../../contract/check.ts";
import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { expectOne, SELECT_ONE } from "./select-one.ts";
import { databaseReader, type SizeLimits, SQLITE_QUERY } from "./sqlite-database.ts";

/** A `Database` of `sqlite3`, whose calls take callbacks. */
export interface Sqlite3Database {
  all(sql: string, done: (failure: Error | null, rows: never) => void): unknown;
  each: unknown;
}

/** A database of `open()` of `sqlite`. */
export interface SqliteWrapper {
  all(sql: string): PromiseLike<unknown>;
  getDatabaseInstance(): unknown;
}

/** A client of `createClient()` of `@libsql/client`. */
export interface LibsqlClient {
  execute(sql: string): PromiseLike<unknown>;
}

/** A database that is asked in another thread or process. */
export type AsyncDatabase = Sqlite3Database | SqliteWrapper | LibsqlClient;

/** Queries a database whose calls do not block, one call at a time. */
export function throughAsyncDatabase(client: AsyncDatabase, limits: SizeLimits): Run {
  // It may be far away, where nothing is known of its file.
  if (hasMethods(client, ["execute"])) {
    const execute = oneAtATime(() => promised((client as LibsqlClient).execute(SELECT_ONE)));
    return async () => expectOne(await execute());
  }
  const readRow = databaseReader(limits);
  const ask = oneAtATime(() => rowsOf(client as Sqlite3Database | SqliteWrapper));
  return async () => {
    const [row] = await ask();
    return readRow(row, () => false);
  };
}

async function rowsOf(client: Sqlite3Database | SqliteWrapper): Promise<readonly unknown[]> {
  if (hasMethods(client, ["getDatabaseInstance"])) {
    return (await promised((client as SqliteWrapper).all(SQLITE_QUERY))) as readonly unknown[];
  }
  return new Promise((resolve, reject) => {
    (client as Sqlite3Database).all(SQLITE_QUERY, (failure, rows) =>
      failure ? reject(failure) : resolve(rows),
    );
  });
}
