import type { Observation, Outcome } from "../../../contract/check.ts";
import { exhausted } from "../common/exhaustion.ts";
import type { Pool } from "./pool.ts";

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

/**
 * Returns the outcome of a pool that the service has exhausted for so many milliseconds: degraded, and down from
 * `exhaustedFor` on. `total` is the size of the pool.
 */
export function exhaustedOutcome<Connection>(
  pool: Pool<Connection>,
  lasted: number,
  exhaustedFor: number | undefined,
  total = pool.sizes()?.total,
): Outcome {
  return exhausted(total, lasted, exhaustedFor, observe(pool));
}
