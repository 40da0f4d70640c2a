import type { Check } from "../contract/check.ts";
import type { DescribeFailure } from "../contract/describe-failure.ts";
import { withDeadline } from "../contract/with-deadline.ts";
import type { Clock } from "../engine/clock.ts";

/** The context of closing checks. */
export interface CloseContext {
  readonly clock: Clock;
  /** Milliseconds that closing may take. */
  readonly deadline: number;
  readonly log: (level: "error", message: string, fields: object) => void;
  readonly describe: DescribeFailure;
}

/**
 * Closes the resources that checks opened themselves, and logs each failure. A check that hangs delays the
 * caller no longer than the deadline.
 */
export async function closeChecks(
  checks: ReadonlyMap<string, Check>,
  { clock, deadline, log, describe }: CloseContext,
): Promise<void> {
  const open = new Set<string>();
  const logFailure = (name: string, why: string) =>
    log("error", `check ${name} failed to close: ${why}`, { check: name });
  const closing = [...checks].map(async ([name, check]) => {
    open.add(name);
    try {
      await check.close?.();
    } catch (failure) {
      logFailure(name, describe(failure).reason);
    }
    open.delete(name);
  });
  await withDeadline(clock, deadline, Promise.all(closing), () => {
    for (const name of open) logFailure(name, `not closed within ${deadline} ms`);
  });
}
