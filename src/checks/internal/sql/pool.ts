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
