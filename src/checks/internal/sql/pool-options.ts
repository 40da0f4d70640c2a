import type { CheckOptions } from "../../../contract/check.ts";
import { milliseconds, type Rule } from "../../../contract/options.ts";
import { EXHAUSTED_FOR } from "../common/exhaustion.ts";

/** The options of the checks that borrow a connection of a pool. Times are milliseconds. */
export interface PoolLimits {
  /**
   * Milliseconds that the opening of a connection may take. It goes on when the run that began it ends,
   * and the next run waits for the same connection.
   *
   * @default 10_000
   */
  connectTimeout?: number | undefined;
  /**
   * Milliseconds for which the service may have taken every connection of the pool before that is down
   * instead of degraded, so that `restartAfter` can act on connections that never come back. 0: at once.
   *
   * @default never
   */
  exhaustedFor?: number | undefined;
  /**
   * Milliseconds after which a connection that the check has asked over is ended instead of given back, so that
   * the pool opens another: a password that is no longer valid is seen then. The check alone would keep the
   * same connection open for ever.
   *
   * @default never
   */
  reopenEvery?: number | undefined;
}

/** The options of every check, and those of one that borrows from a pool. */
export interface PoolCheckOptions extends CheckOptions, PoolLimits {}

/** The rules of {@link PoolLimits}. */
export const POOL_RULES = {
  connectTimeout: milliseconds(100),
  exhaustedFor: EXHAUSTED_FOR,
  reopenEvery: milliseconds(1000),
} as const satisfies Readonly<Record<keyof PoolLimits, Rule>>;
