import type { Pool } from "./pool.ts";
import type { PoolLimits } from "./pool-options.ts";
import { expectOne, selectOneIn } from "./select-one.ts";
import { type PoolRun, throughPool } from "./through-pool.ts";

/** The part of what `knex()` makes that is called here. */
export interface KnexQueries {
  raw(sql: string): { connection(connection: KnexConnection): PromiseLike<unknown> };
  readonly client: KnexConnections;
}

/** Sends a raw query of `knex` over one connection of its pool. */
export function throughKnex(knex: KnexQueries, limits?: PoolLimits): PoolRun {
  return throughPool(
    knexPool(knex.client),
    async (connection) => {
      const sql = selectOneIn(knex.client.dialect);
      return expectOne(await knex.raw(sql).connection(connection));
    },
    limits,
  );
}

/** The part of `knex` that its connections are borrowed through. */
interface KnexConnections {
  acquireConnection(): Promise<KnexConnection>;
  releaseConnection(connection: KnexConnection): unknown;
  readonly dialect?: unknown;
  /** Absent once `destroy()` was called. */
  readonly pool?: KnexFigures | undefined;
}

/** A connection of whatever driver stands behind `knex`. */
interface KnexConnection {
  /** The reason not to lend it again; `knex` asks this itself before it lends one. */
  __knex__disposed?: unknown;
  /** Of a connection of `pg`. */
  readonly connection?: { readonly stream?: Destroyable };
  /** Of a connection of `mysql2`. */
  readonly stream?: Destroyable;
  /** Of a connection of `mysql`. */
  readonly _socket?: Destroyable;
}

interface Destroyable {
  destroy?(): unknown;
}

/** The part of the pool that tells how many connections there are. */
interface KnexFigures {
  readonly destroyed?: boolean;
  readonly max?: number;
  readonly pendingCreates?: readonly object[];
  numUsed?(): number;
  numFree?(): number;
  numPendingAcquires?(): number;
  numPendingCreates?(): number;
}

/** The pool of `knex` as one that a check borrows from. */
function knexPool(knex: KnexConnections): Pool<KnexConnection> {
  return {
    connect: () => knex.acquireConnection(),
    giveBack: (connection) => void knex.releaseConnection(connection),
    destroy(connection) {
      // The pool has no way to be told that a connection is broken, but it does not lend such a one.
      connection.__knex__disposed ??= "It did not answer a check of the service's health.";
      connection.connection?.stream?.destroy?.();
      connection.stream?.destroy?.();
      connection._socket?.destroy?.();
      knex.releaseConnection(connection);
    },
    sizes() {
      const { pool } = knex;
      const used = pool?.numUsed?.();
      const idle = pool?.numFree?.();
      if (pool === undefined || used === undefined || idle === undefined) return undefined;
      return {
        total: used + idle + (pool.numPendingCreates?.() ?? 0),
        idle,
        waiting: pool.numPendingAcquires?.() ?? 0,
        max: pool.max ?? Number.POSITIVE_INFINITY,
      };
    },
    // The pool shows that there is such a one, and has no way to end it before its own timeout.
    opening: () => (knex.pool?.pendingCreates ?? []).map((identity) => ({ identity })),
    // knex has no pool any more once it was destroyed.
    isEnding: () => knex.pool === undefined || knex.pool.destroyed === true,
  };
}
