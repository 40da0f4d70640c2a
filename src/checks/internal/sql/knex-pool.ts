import type { Run } from "../../../contract/check.ts";
import { type Pool, throughPool } from "./pool.ts";
import { judgeOne, SELECT_ONE } from "./select-one.ts";

/** The part of what `knex()` makes that is called here. */
export interface KnexQueries {
  raw(sql: string): { connection(connection: KnexConnection): PromiseLike<unknown> };
  readonly client: KnexConnections;
}

/** Asks by a raw query of `knex` over one connection of its pool. */
export function throughKnex(knex: KnexQueries): Run {
  return throughPool(knexPool(knex.client), async (connection) =>
    judgeOne(await knex.raw(SELECT_ONE).connection(connection)),
  );
}

/** The part of `knex` that its connections are borrowed through. */
interface KnexConnections {
  acquireConnection(): Promise<KnexConnection>;
  releaseConnection(connection: KnexConnection): unknown;
  /** Absent once `destroy()` was called. */
  readonly pool?: KnexFigures | undefined;
}

/** A connection of whatever driver stands behind `knex`. */
interface KnexConnection {
  /** Why it may not be lent again; `knex` asks this itself before it lends one. */
  __knex__disposed?: unknown;
  /** Of a connection of `pg`. */
  readonly connection?: { readonly stream?: Destroyable };
  /** Of a connection of `mysql2`. */
  readonly stream?: Destroyable;
}

interface Destroyable {
  destroy?(): unknown;
}

/** The part of the pool that tells how many connections there are. */
interface KnexFigures {
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
    // What the pool tells of such a one is that it is there; to end it, it waits for its own timeout.
    opening: () =>
      (knex.pool?.pendingCreates ?? []).map((identity) => ({ identity, stop: () => {} })),
  };
}
