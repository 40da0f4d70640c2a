import type { OpeningConnection, Pool, PoolSizes } from "./pool.ts";

/** The part of a pool of `mysql2/promise` or `mariadb` that the check of MySQL calls. */
export interface MysqlPool {
  getConnection(): Promise<MysqlPoolConnection>;
}

/** A connection of `mysql2/promise` or `mariadb`, as far as the check of MySQL calls it. */
export interface MysqlConnection {
  ping(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
}

/** A connection that a pool has lent. */
export interface MysqlPoolConnection extends MysqlConnection {
  release(): unknown;
  destroy(): void;
}

/** A pool of either driver as one that a check borrows from. */
export function mysqlPool(pool: MysqlPool): Pool<MysqlPoolConnection> {
  // What mysql2 promises with is a cover of this.
  const { pool: core } = pool as { pool?: Mysql2Core };
  return {
    connect: () => pool.getConnection(),
    giveBack(connection) {
      // With mariadb this is a promise, whose failure is the pool's own to mend.
      Promise.resolve(connection.release()).catch(() => {});
    },
    destroy(connection) {
      const { connection: inner } = connection as { connection?: Mysql2Connection };
      if (inner === undefined) connection.destroy();
      else end(inner);
    },
    sizes: () => (core === undefined ? sizesOfMariadb(pool) : sizesOfMysql2(core)),
    opening: () => openingOf(core),
    isEnding: () => core?._closed === true || (pool as MariadbFigures).closed === true,
  };
}

/** The connections of a pool of mysql2, which has no public count of them. */
interface Mysql2Core {
  readonly config?: { readonly connectionLimit?: number };
  readonly _allConnections?: Queue<Mysql2Connection>;
  readonly _freeConnections?: Queue<unknown>;
  readonly _connectionQueue?: Queue<unknown>;
  readonly _closed?: boolean;
}

interface Queue<T> {
  readonly length: number;
  get(index: number): T | undefined;
}

interface Mysql2Connection {
  destroy?(): void;
  /** The commands that wait for their turn. */
  readonly _commands?: { toArray?(): readonly Mysql2Command[] };
  /** `false` until the server has let it in. */
  readonly authorized?: boolean;
  readonly stream?: { readonly connecting?: boolean; destroy(): void };
}

interface Mysql2Command {
  onResult?(): void;
}

/**
 * Ends a connection, at once: a pool that the service ends waits for each of its own, and fails with it. mysql2 only ends
 * its half, and the other half would wait for the server; what the pool has queued by then would never be called back.
 */
function end(connection: Mysql2Connection): void {
  const queued = connection._commands?.toArray?.() ?? [];
  connection.destroy?.();
  connection.stream?.destroy();
  for (const command of queued) if (command.constructor.name === "Quit") command.onResult?.();
}

function sizesOfMysql2(core: Mysql2Core): PoolSizes | undefined {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = core;
  if (all === undefined || free === undefined || queue === undefined) return undefined;
  // 0: as many as are asked for.
  const max = core.config?.connectionLimit || Number.POSITIVE_INFINITY;
  return { total: all.length, idle: free.length, waiting: queue.length, max };
}

/** The part of a pool of mariadb that tells its figures; the limit stands in its text alone. */
interface MariadbFigures {
  readonly closed?: boolean;
  totalConnections?(): number;
  idleConnections?(): number;
  taskQueueSize?(): number;
}

function sizesOfMariadb(pool: MysqlPool): PoolSizes | undefined {
  const figures = pool as MariadbFigures;
  const total = figures.totalConnections?.();
  const idle = figures.idleConnections?.();
  const waiting = figures.taskQueueSize?.();
  if (total === undefined || idle === undefined || waiting === undefined) return undefined;
  const max = Number(/\blimit=(\d+)/.exec(String(pool))?.[1] ?? Number.POSITIVE_INFINITY);
  return { total, idle, waiting, max };
}

/** mariadb does not count a connection among its own before it is open. */
function openingOf({ _allConnections: all }: Mysql2Core = {}): OpeningConnection[] {
  if (all === undefined) return [];
  return Array.from({ length: all.length }, (_, index) => all.get(index))
    .filter((connection) => connection?.authorized === false)
    .flatMap((connection) =>
      connection === undefined
        ? []
        : [
            {
              identity: connection,
              stop: () => end(connection),
              isAccepted: () => connection.stream?.connecting !== true,
            },
          ],
    );
}
