import { type MssqlClient, mssql } from "../../mssql.ts";
import { hostOf } from "./host-of.ts";
import type { Opener } from "./opener.ts";

interface Pool extends MssqlClient {
  connect(): Promise<unknown>;
  close(): Promise<void>;
  on(event: "error", listener: () => void): unknown;
}

interface Driver {
  readonly default: { readonly ConnectionPool: new (config: object) => Pool };
}

const PORT = 1433;

export const opener: Opener = {
  schemes: ["mssql", "sqlserver"],
  packages: ["mssql"],
  async open(url, { driver, options }) {
    const { ConnectionPool } = (await driver<Driver>("mssql")).default;
    const client = new ConnectionPool({
      server: hostOf(url),
      port: Number(url.port || PORT),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)) || undefined,
      pool: { max: 1 },
      options: {
        encrypt: url.searchParams.get("encrypt") !== "false",
        trustServerCertificate: url.searchParams.get("trustServerCertificate") === "true",
      },
    });
    client.on("error", () => {});
    // A pool that could not connect does not try again by itself: the next run opens another.
    await client.connect();
    return { check: mssql({ ...options, client }), close: () => client.close() };
  },
};
