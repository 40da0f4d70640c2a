import type { Outcome, Run } from "../contract/check.ts";
import { GIVE_UP_AFTER } from "./_one-at-a-time.ts";

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
  query(sql: string): Promise<unknown>;
  /** Gives the connection back; with `true` it is destroyed instead. */
  release(destroy?: boolean): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
}

/** Whether a value is a `pg` Pool. */
export function isPostgresPool(client: object): client is PostgresPool {
  return "totalCount" in client && "idleCount" in client && "connect" in client;
}

/**
 * Queries over one connection of a pool, and destroys that connection when the run is aborted or the
 * query fails: what did not answer once is not to be lent to the service. When the service has taken
 * every connection, the outcome is degraded.
 */
export function queryThroughPool(
  pool: PostgresPool,
  sql: string,
  accept: (result: unknown) => void,
): Run {
  const borrow = borrowFrom(pool);
  return async ({ signal }) => {
    signal.throwIfAborted();
    const client = await borrow(signal);
    if (client === "exhausted") return exhausted(pool);
    // A pool does not listen to what it has lent: a connection that is lost now would be an error
    // that nobody handles, besides failing the query.
    client.on?.("error", ignore);
    let lent = true;
    const giveBack = (destroy: boolean) => {
      if (!lent) return;
      lent = false;
      client.release(destroy);
      if (!destroy) client.off?.("error", ignore);
    };
    const destroy = () => giveBack(true);
    signal.addEventListener("abort", destroy);
    try {
      accept(await client.query(sql));
      giveBack(false);
    } finally {
      signal.removeEventListener("abort", destroy);
      destroy();
    }
    return { status: "up", observations: observe(pool) } satisfies Outcome;
  };
}

function ignore(): void {}

interface Request {
  readonly startedAt: number;
  /** Ends the attempt to open a connection, when the pool has started one for this request. */
  readonly stopOpening: (() => void) | undefined;
}

interface Borrower {
  resolve(client: PostgresPoolClient | "exhausted"): void;
  reject(failure: unknown): void;
}

/**
 * Asks the pool for one connection at a time. A request that is still in the pool's queue when its
 * run is aborted cannot be taken back, so the next run waits for the same one; what arrives when
 * nobody waits goes back at once.
 */
function borrowFrom(
  pool: PostgresPool,
): (signal: AbortSignal) => Promise<PostgresPoolClient | "exhausted"> {
  let request: Request | undefined;
  // More than one only where one check is registered more than once.
  const borrowers = new Set<Borrower>();

  function ask(): void {
    const before = new Set(connectionsOf(pool));
    const asked = pool.connect();
    const opened = connectionsOf(pool).find((connection) => !before.has(connection));
    const mine: Request = {
      startedAt: performance.now(),
      stopOpening: opened && (() => opened.connection?.stream?.destroy()),
    };
    request = mine;
    const serveNext = (serve: (waiting: Borrower | undefined) => void) => {
      if (request !== mine) return serve(undefined);
      request = undefined;
      const [waiting] = borrowers;
      if (waiting !== undefined) borrowers.delete(waiting);
      serve(waiting);
      if (borrowers.size > 0) ask();
    };
    asked.then(
      (client) => serveNext((waiting) => (waiting ? waiting.resolve(client) : client.release())),
      (failure) =>
        serveNext((waiting) =>
          isExhausted(pool) ? waiting?.resolve("exhausted") : waiting?.reject(failure),
        ),
    );
  }

  return (signal) =>
    new Promise((resolve, reject) => {
      const mine: Borrower = { resolve, reject };
      borrowers.add(mine);
      signal.addEventListener("abort", () => {
        if (!borrowers.delete(mine)) return;
        if (request?.stopOpening === undefined && isExhausted(pool)) return resolve("exhausted");
        if (borrowers.size === 0) request?.stopOpening?.();
        reject(signal.reason);
      });
      const hung = request !== undefined && performance.now() - request.startedAt > GIVE_UP_AFTER;
      if (request === undefined || (hung && !isFull(pool))) ask();
    });
}

/**
 * Whether the service has taken every connection. One that is still being opened has not been taken:
 * a server that lets nobody in is down, however many wait for it.
 */
function isExhausted(pool: PostgresPool): boolean {
  return isFull(pool) && !connectionsOf(pool).some(({ _connecting }) => _connecting === true);
}

function isFull({ totalCount, idleCount, options }: PostgresPool): boolean {
  return idleCount === 0 && totalCount >= (options?.max ?? Number.POSITIVE_INFINITY);
}

function exhausted(pool: PostgresPool): Outcome {
  return {
    status: "degraded",
    reason: `The service has taken all ${pool.totalCount} connections of the pool.`,
    observations: observe(pool),
  };
}

function observe({ totalCount, idleCount, waitingCount }: PostgresPool): Outcome["observations"] {
  return {
    totalConnections: { value: totalCount, unit: "connections" },
    idleConnections: { value: idleCount, unit: "connections" },
    waitingRequests: { value: waitingCount, unit: "requests" },
  };
}

/**
 * The connections of a pool, those being opened among them. `pg` has no public way to end the opening
 * of a connection, which it does itself, for `connectionTimeoutMillis`, by destroying this stream;
 * without the list, such a connection stays until the server or the system gives it up.
 */
function connectionsOf(pool: PostgresPool): readonly PoolConnection[] {
  return (pool as { _clients?: readonly PoolConnection[] })._clients ?? [];
}

interface PoolConnection {
  readonly _connecting?: boolean;
  readonly connection?: { readonly stream?: { destroy(): void } };
}
