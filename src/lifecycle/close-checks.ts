import type { Check } from "../contract/check.ts";
import type { DescribeFailure } from "../contract/describe-failure.ts";
import type { Clock } from "../engine/clock.ts";

/** What the closing of checks needs. */
export interface CloseContext {
  readonly clock: Pick<Clock, "after">;
  /** Milliseconds that it may take. */
  readonly deadline: number;
  readonly log: (level: "error", message: string, fields: object) => void;
  readonly describe: DescribeFailure;
}

/**
 * Frees what checks have opened themselves, and logs what could not be. One that hangs holds nothing up for longer
 * than the deadline.
 */
export async function closeChecks(
  checks: ReadonlyMap<string, Check>,
  { clock, deadline, log, describe }: CloseContext,
): Promise<void> {
  const open = new Set<string>();
  const complain = (name: string, why: string) =>
    log("error", `check ${name} could not close what it has opened: ${why}`, { check: name });
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(deadline, () => {
      for (const name of open) complain(name, `no end within ${deadline} ms`);
      resolve();
    });
  });
  const closing = [...checks].map(async ([name, check]) => {
    open.add(name);
    try {
      await check.close?.();
    } catch (failure) {
      complain(name, describe(failure).reason);
    }
    open.delete(name);
  });
  await Promise.race([Promise.all(closing), late]);
  cancel();
}
