import { outerError } from "../contract/outer-errors.ts";
import type { Opener } from "./_opener.ts";
import { type SqliteClient, sqlite } from "./sqlite.ts";

type Closable = SqliteClient & { close(): void };

interface BetterSqlite3 {
  readonly default: new (path: string, options: object) => Closable;
}

interface Process {
  getBuiltinModule?(name: "node:sqlite"): NodeSqlite | undefined;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: object) => Closable;
}

export const opener: Opener = {
  schemes: ["sqlite"],
  packages: ["better-sqlite3"],
  async open(url, { driver, options }) {
    const path = pathOf(url);
    // What is not there is not made.
    const builtIn = (globalThis as { process?: Process }).process?.getBuiltinModule?.(
      "node:sqlite",
    );
    const client = builtIn
      ? new builtIn.DatabaseSync(path, { readOnly: true })
      : new (await driver<BetterSqlite3>("better-sqlite3")).default(path, { readonly: true });
    return { check: sqlite({ ...options, client }), close: () => client.close() };
  },
};

/** `sqlite:shop.db` is relative to the folder of the process; `sqlite:/srv/shop.db` and with `///` are not. */
function pathOf({ host, pathname }: URL): string {
  const path = decodeURIComponent(pathname);
  if (host !== "" || path === "" || path === "/") {
    throw outerError("HALE_BAD_URL", "sqlite: and a path, such as sqlite:/srv/shop.db");
  }
  return path;
}
