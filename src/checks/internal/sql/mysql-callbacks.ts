import { hasMethods } from "../../../contract/options.ts";
import type { MysqlConnection, MysqlPool, MysqlPoolConnection } from "./mysql-pool.ts";

type Done<T> = (failure: Error | null, value: T) => void;

// biome-ignore lint/suspicious/noExplicitAny: the callbacks of npm mysql have types of their own
type Callback = any;

/** A connection of npm `mysql`, whose calls take callbacks. */
export interface MysqlCallbackConnection {
  ping(done: Callback): unknown;
  query(sql: string, done: Callback): unknown;
  statistics(done: Callback): unknown;
}

/** A pool of npm `mysql`. */
export interface MysqlCallbackPool {
  getConnection(done: Callback): unknown;
  acquireConnection(connection: Callback, done: Callback): unknown;
}

type Lent = MysqlCallbackConnection & { release(): void; destroy(): void };

/** Whether a pool or a connection is one of npm `mysql`; `mysql2` has no such methods. */
export function isOfNpmMysql(
  client: object,
): client is MysqlCallbackPool | MysqlCallbackConnection {
  return (
    hasMethods(client, ["acquireConnection", "getConnection"]) ||
    hasMethods(client, ["statistics", "ping"])
  );
}

/** A pool of npm `mysql` with promises, as the check of MySQL borrows from it. */
export function promisingPool(pool: MysqlCallbackPool): MysqlPool {
  return {
    async getConnection() {
      return lent(await called<Lent>((done) => pool.getConnection(done)));
    },
    // What mysql2 keeps its figures in.
    ...{ pool: figuresOf(pool as unknown as Figures) },
  };
}

/** A connection of npm `mysql` with promises. */
export function promisingConnection(connection: MysqlCallbackConnection): MysqlConnection {
  return {
    ping: () => called((done) => connection.ping(done)),
    query: (sql) => called((done) => connection.query(sql, done)),
  };
}

function lent(connection: Lent): MysqlPoolConnection {
  return {
    ...promisingConnection(connection),
    release: () => connection.release(),
    destroy: () => connection.destroy(),
  };
}

function called<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((failure, value) => (failure ? reject(failure) : resolve(value)));
  });
}

/** The connections of a pool of npm `mysql`, in lists. */
interface Figures {
  readonly config?: { readonly connectionLimit?: number };
  readonly _allConnections?: readonly Opening[];
  readonly _freeConnections?: readonly unknown[];
  /** Those that are pinged before they are lent. */
  readonly _acquiringConnections?: readonly unknown[];
  readonly _connectionQueue?: readonly unknown[];
}

interface Opening {
  readonly state?: string;
  readonly _socket?: { destroy(): void };
}

/** The same figures as `mysql2` has them. */
function figuresOf(pool: Figures) {
  const seen = new WeakMap<object, object>();
  return {
    config: pool.config,
    get _allConnections() {
      const all = pool._allConnections ?? [];
      return { length: all.length, get: (index: number) => viewOf(seen, pool, all[index]) };
    },
    get _freeConnections() {
      return pool._freeConnections;
    },
    get _connectionQueue() {
      return pool._connectionQueue;
    },
  };
}

/** One view for each connection, since it is told from others by what it is. */
function viewOf(seen: WeakMap<object, object>, pool: Figures, connection: Opening | undefined) {
  if (connection === undefined) return undefined;
  const view = seen.get(connection) ?? {
    get authorized() {
      const isAcquired = pool._acquiringConnections?.includes(connection) ?? false;
      return connection.state === "authenticated" && !isAcquired;
    },
    get stream() {
      return connection._socket;
    },
  };
  seen.set(connection, view);
  return view;
}
