import type { OpeningConnection, Pool } from "./pool.ts";

/** The part of a `pg` Pool that the check of PostgreSQL calls. */
export interface PostgresPool {
  connect(): Promise<PostgresPoolClient>;
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options?: { readonly max?: number | undefined } | undefined;
}

/** A connection that a pool has lent. */
export interface PostgresPoolClient {
  query(sql: string, values?: readonly unknown[]): Promise<unknown>;
  /** Gives the connection back; with `true` it is destroyed instead. */
  release(destroy?: boolean): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
}

/** Whether a value is a `pg` Pool. */
export function isPostgresPool(client: object): client is PostgresPool {
  return "totalCount" in client && "idleCount" in client && "connect" in client;
}

/** A `pg` Pool as one that a check borrows from. */
export function postgresPool(pool: PostgresPool): Pool<PostgresPoolClient> {
  return {
    async connect() {
      const client = await pool.connect();
      // A pool does not listen to what it has lent: a connection that is lost now would be an error
      // that nobody handles, besides failing the query.
      client.on?.("error", ignore);
      return client;
    },
    giveBack(client) {
      client.release(false);
      client.off?.("error", ignore);
    },
    destroy: (client) => client.release(true),
    sizes: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: pool.options?.max ?? Number.POSITIVE_INFINITY,
    }),
    opening: () => openingOf(pool),
    isEnding: () => (pool as { ending?: boolean }).ending === true,
  };
}

function ignore(): void {}

/**
 * The connections of a pool that are being opened. `pg` has no public way to end the opening of a
 * connection, which it does itself, for `connectionTimeoutMillis`, by destroying this stream; without
 * the list, such a connection stays until the server or the system gives it up.
 */
function openingOf(pool: PostgresPool): OpeningConnection[] {
  const connections = (pool as { _clients?: readonly PoolConnection[] })._clients ?? [];
  return connections
    .filter(({ _connecting }) => _connecting === true)
    .map((identity) => ({
      identity,
      stop: () => identity.connection?.stream?.destroy(),
      isAccepted: () => identity.connection?.stream?.connecting !== true,
    }));
}

interface PoolConnection {
  readonly _connecting?: boolean;
  readonly connection?: { readonly stream?: { readonly connecting?: boolean; destroy(): void } };
}
