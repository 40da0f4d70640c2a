import { type SqliteClient, sqlite } from "../../sqlite.ts";
import { builtinIfAny } from "../process/builtin.ts";
import type { Opener } from "./opener.ts";

type Closable = SqliteClient & { close(): void };

interface BetterSqlite3 {
  readonly default: new (path: string, options: object) => Closable;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: object) => Closable;
}

export const opener: Opener = {
  schemes: ["sqlite"],
  packages: ["better-sqlite3"],
  async open({ pathname }, { driver, options }) {
    // `sqlite:shop.db` is relative to the folder of the process; `sqlite:/srv/shop.db` and with `///` are not.
    const path = decodeURIComponent(pathname);
    // What is not there is not made.
    const builtIn = builtinIfAny<NodeSqlite>("node:sqlite");
    const client = builtIn
      ? new builtIn.DatabaseSync(path, { readOnly: true })
      : new (await driver<BetterSqlite3>("better-sqlite3")).default(path, { readonly: true });
    return { check: sqlite({ ...options, client }), close: () => client.close() };
  },
};
