import type { Outcome, Run } from "../../../contract/check.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { ON_WORKERD } from "../../../contract/runtime.ts";
import { pause } from "../common/after.ts";
import { Exhaustion, LOOK_EVERY } from "../common/exhaustion.ts";
import { stillOpening } from "../common/while-opening.ts";
import { ConnectionAttempts } from "./connection-attempts.ts";
import type { Pool } from "./pool.ts";
import type { PoolLimits } from "./pool-options.ts";
import { exhaustedOutcome, isExhausted, isFull, observe } from "./pool-verdict.ts";

/** Milliseconds that the opening of a connection may take by default. */
const CONNECT_TIMEOUT = 10_000;

/** The run of a check that borrows from a pool, and what ends the attempts that outlive it. */
export interface PoolRun {
  readonly run: Run;
  close(): void;
}

/**
 * Queries over one connection of a pool, and destroys that connection when `ask` fails or does not answer: what
 * did not answer once is not to be lent to the service. A full pool is not asked for a connection, so that no
 * request of a check stands in its queue; while the service has taken every connection, the outcome is
 * degraded, and down after `exhaustedFor`.
 */
export function throughPool<Connection>(
  pool: Pool<Connection>,
  ask: (connection: Connection) => Promise<Outcome>,
  { connectTimeout = CONNECT_TIMEOUT, exhaustedFor, reopenEvery }: PoolLimits = {},
): PoolRun {
  const lent = reopenEvery === undefined ? pool : reopening(pool, reopenEvery);
  const newAttempts = () => new ConnectionAttempts(lent, ask, connectTimeout);
  const shared = newAttempts();
  const exhaustion = new Exhaustion();
  const found = (lasted: number, total?: number) =>
    exhaustedOutcome(pool, lasted, exhaustedFor, total);

  async function throughAttempts(
    attempts: ConnectionAttempts<Connection>,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const startedAt = performance.now();
    exhaustion.look(startedAt);
    let taken: number | undefined;
    while (!attempts.isUnderWay && isFull(pool)) {
      if (signal.aborted) {
        if (isExhausted(pool)) return found(exhaustion.last(startedAt));
        exhaustion.end();
        return stillOpening(signal, "every connection of the pool");
      }
      taken = isExhausted(pool) ? pool.sizes()?.total : undefined;
      await pause(LOOK_EVERY, signal);
    }
    const lasted = exhaustion.last(startedAt);
    exhaustion.end();
    // A place that came free in the turn of the abort is not used: the pool was exhausted throughout the run.
    if (signal.aborted && taken !== undefined) return found(lasted, taken);
    signal.throwIfAborted();
    if (!attempts.isUnderWay && attempts.isHeld) throw new CheckFailure("HALE_HUNG", HUNG);
    const outcome = await attempts.join(signal).catch((failure: unknown) => {
      // The service may have taken the last one since, or the pool may have given the request up.
      if (signal.aborted || !isExhausted(pool)) throw failure;
      return found(exhaustion.last(performance.now()));
    });
    return { ...outcome, observations: { ...observe(pool), ...outcome.observations } };
  }

  return {
    async run({ signal }) {
      signal.throwIfAborted();
      if (!ON_WORKERD) return throughAttempts(shared, signal);
      // There, no request may wait for what another has begun.
      const own = newAttempts();
      try {
        return await throughAttempts(own, signal);
      } finally {
        own.close();
      }
    },
    close: () => shared.close(),
  };
}

/** A pool to which a connection does not go back after so long, so that it opens another. */
function reopening<Connection>(pool: Pool<Connection>, every: number): Pool<Connection> {
  let openedAt = performance.now();
  const giveBack = (connection: Connection) => {
    const now = performance.now();
    if (now - openedAt < every) return pool.giveBack(connection);
    openedAt = now;
    return pool.destroy(connection);
  };
  return Object.assign(Object.create(pool), { giveBack });
}

const HUNG = "2 connections of the pool have not answered, and no other is tried for now.";
