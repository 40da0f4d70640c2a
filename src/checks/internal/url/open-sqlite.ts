import { type SqliteClient, sqlite } from "../../sqlite.ts";
import { builtinIfAny } from "../process/builtin.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opener } from "./opener.ts";

type Closable = SqliteClient & { close(): void };

interface BetterSqlite3 {
  readonly default: new (path: string, options: object) => Closable;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: object) => Closable;
}

interface BunSqlite {
  readonly Database: new (path: string, options: object) => Closable;
}

interface Sqlite3 {
  readonly default: {
    readonly OPEN_READONLY: number;
    readonly Database: new (
      path: string,
      mode: number,
      done: (failure?: unknown) => void,
    ) => Closable;
  };
}

export const opener: Opener = {
  schemes: ["sqlite"],
  packages: ["better-sqlite3", "sqlite3"],
  open({ pathname }, { driver, options }) {
    // `sqlite:shop.db` is relative to the folder of the process; `sqlite:/srv/shop.db` and with `///` are not.
    const path = decodeURIComponent(pathname);
    const opened = (client: Closable) => ({
      check: sqlite({ ...options, client }),
      close: () => client.close(),
    });
    // What is not there is not made.
    const builtIn = builtinIfAny<NodeSqlite>("node:sqlite");
    if (builtIn !== undefined) return opened(new builtIn.DatabaseSync(path, { readOnly: true }));
    const bun = builtinIfAny<BunSqlite>("bun:sqlite");
    if (bun !== undefined) return opened(new bun.Database(path, { readonly: true }));
    return openWithFirst(driver, {
      "better-sqlite3": ({ default: Database }: BetterSqlite3) =>
        opened(new Database(path, { readonly: true })),
      sqlite3: ({ default: { Database, OPEN_READONLY } }: Sqlite3) =>
        new Promise((resolve, reject) => {
          const client = new Database(path, OPEN_READONLY, (failure?: unknown) =>
            failure ? reject(failure) : resolve(opened(client)),
          );
        }),
    });
  },
};
