import type { Observation } from "../../../contract/check.ts";

/** A pool of connections, of whatever driver, as a check borrows from it. */
export interface Pool<Connection> {
  /** Requests a connection. What it returns may settle long after no run waits for it any more. */
  connect(): PromiseLike<Connection>;
  giveBack(connection: Connection): void;
  /** Ends a connection instead of giving it back. */
  destroy(connection: Connection): void;
  /** The figures of the pool; `undefined` where it does not show them. */
  sizes(): PoolSizes | undefined;
  /** The connections that are being opened; none where the pool does not show them. */
  opening(): readonly OpeningConnection[];
  /** Whether the service has begun to end the pool, which then waits for what it has lent. */
  isEnding(): boolean;
}

/** The figures of a pool. */
export interface PoolSizes {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

/** A connection that is not open yet. */
export interface OpeningConnection {
  /** The object that stays the same each time that the pool is asked. */
  readonly identity: object;
  /** Ends the attempt to open it; absent where the pool has no way to. */
  readonly stop?: () => void;
  /** Whether the other side has accepted it, and so may hold it for longer than this side does. */
  isAccepted?(): boolean;
}

/** Whether a pool can neither lend nor open a connection now, so that a request would wait in its queue. */
export function isFull<Connection>(pool: Pool<Connection>): boolean {
  const sizes = pool.sizes();
  return sizes !== undefined && sizes.idle === 0 && sizes.total >= sizes.max;
}

/**
 * Whether the service has taken every connection. One that is still being opened has not been taken: a
 * server that lets no client in is down, however many wait for it.
 */
export function isExhausted<Connection>(pool: Pool<Connection>): boolean {
  return isFull(pool) && pool.opening().length === 0;
}

/** The figures of a pool as observations. */
export function observe<Connection>(
  pool: Pool<Connection>,
): Readonly<Record<string, Observation>> | undefined {
  const sizes = pool.sizes();
  return (
    sizes && {
      totalConnections: { value: sizes.total, unit: "connections" },
      idleConnections: { value: sizes.idle, unit: "connections" },
      waitingRequests: { value: sizes.waiting, unit: "requests" },
    }
  );
}
