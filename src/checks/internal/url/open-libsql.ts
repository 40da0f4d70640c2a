import { sqlite } from "../../sqlite.ts";
import type { LibsqlClient } from "../sql/sqlite-async.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  createClient(options: object): LibsqlClient & { close(): void };
}

export const opener: Opener = {
  schemes: ["libsql"],
  packages: ["@libsql/client"],
  async open({ href }, { driver, options }) {
    const { createClient } = await driver<Driver>("@libsql/client");
    const client = createClient({ url: href });
    return { check: sqlite({ ...options, client }), close: () => client.close() };
  },
};
