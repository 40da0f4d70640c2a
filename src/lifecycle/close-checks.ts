import type { Check } from "../contract/check.ts";
import type { HealthInternals } from "../health-internals.ts";
import { reasonOf } from "../report/reason.ts";

/**
 * Frees what checks have opened themselves, and logs what could not be. One that hangs holds nothing up for longer
 * than the deadline.
 */
export async function closeChecks(
  checks: ReadonlyMap<string, Check>,
  { clock, deadline, log }: Pick<HealthInternals, "clock" | "deadline" | "log">,
): Promise<void> {
  const open = new Set<string>();
  const complain = (name: string, why: string) =>
    log("error", `what the check ${name} has opened could not be closed: ${why}`, { check: name });
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(deadline, () => {
      for (const name of open) complain(name, `it takes longer than ${deadline} ms`);
      resolve();
    });
  });
  const closing = [...checks].map(async ([name, check]) => {
    open.add(name);
    try {
      await check.close?.();
    } catch (failure) {
      complain(name, reasonOf(failure));
    }
    open.delete(name);
  });
  await Promise.race([Promise.all(closing), late]);
  cancel();
}
