import { once } from "node:events";
import { Worker } from "node:worker_threads";
import pg from "pg";
import { type Address, addressOf } from "./tcp-proxy.ts";

/** A PostgreSQL server. */
export interface Database {
  /** The credentials. */
  readonly url: string;
  /** Where it listens, which an embedded one knows only once it has started. */
  readonly address: Promise<Address>;
  stop(): Promise<unknown>;
}

/** A database that is somewhere already. */
export function externalDatabase(url: string): Database {
  return { url, address: Promise.resolve(addressOf(url, 5432)), stop: async () => {} };
}

/** An empty database in memory, which is gone when the shop stops. */
export function embeddedDatabase(): Database {
  const thread = new Worker(new URL("./database-thread.mjs", import.meta.url));
  const address = once(thread, "message").then(([port]) => ({ host: "127.0.0.1", port }));
  return {
    url: "postgres://postgres@127.0.0.1/postgres",
    address,
    stop: () => thread.terminate(),
  };
}

/** A pool of connections that gives up on a database that does not answer. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 5,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  // The pool replaces an idle connection that breaks; whether the database works is for its check
  // to say. Without a listener, this event would end the process.
  pool.on("error", () => {});
  return pool;
}
