import type { Pool } from "./pool.ts";

/** The part of a `Sequelize` that its connections are borrowed through. */
export interface SequelizeConnections {
  // biome-ignore lint/suspicious/noExplicitAny: each major version has options of its own
  getConnection(options?: any): Promise<object>;
  // biome-ignore lint/suspicious/noExplicitAny: each dialect has connections of its own
  releaseConnection(connection: any): unknown;
}

/** The properties that the types of `sequelize` lack: the pool, or one for each of the two kinds of servers. */
interface WithPool {
  readonly pool?: SequelizePool & { readonly write?: SequelizeFigures };
}

interface SequelizePool extends SequelizeFigures {
  destroy?(connection: object): PromiseLike<unknown>;
}

interface SequelizeFigures {
  readonly size?: number;
  readonly available?: number;
  readonly using?: number;
  readonly waiting?: number;
  readonly maxSize?: number;
  readonly _draining?: boolean;
}

/** Of a connection of `mysql2` or `pg`. */
interface WithStream {
  readonly stream?: Destroyable;
  readonly connection?: { readonly stream?: Destroyable };
}

interface Destroyable {
  destroy?(): unknown;
}

/** The pool of a `Sequelize` as one that a check borrows from; with replicas, that of the primary. */
export function sequelizePool(connections: SequelizeConnections): Pool<object> {
  const pool = () => (connections as WithPool).pool;
  const figures = () => pool()?.write ?? pool();
  const identities: object[] = [];
  return {
    connect: () => connections.getConnection({ type: "SELECT", useMaster: true }),
    giveBack: (connection) => void connections.releaseConnection(connection),
    destroy(connection) {
      const { stream, connection: inner } = connection as WithStream;
      // First, since to end it in the way of its driver may wait for the server.
      stream?.destroy?.();
      inner?.stream?.destroy?.();
      Promise.resolve(pool()?.destroy?.(connection)).catch(() => {});
    },
    sizes() {
      const { size, available, waiting = 0, maxSize } = figures() ?? {};
      if (size === undefined || available === undefined || maxSize === undefined) return undefined;
      return { total: size, idle: available, waiting, max: maxSize };
    },
    // The pool counts those that are being opened, and tells nothing of them.
    opening() {
      const { size = 0, available = 0, using = 0 } = figures() ?? {};
      const count = Math.max(0, size - available - using);
      while (identities.length < count) identities.push({});
      return identities.slice(0, count).map((identity) => ({ identity }));
    },
    isEnding: () => figures()?._draining === true,
  };
}
