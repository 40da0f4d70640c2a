import type { Check } from "../contract/check.ts";
import type { Clock } from "./clock.ts";

/** Frees what checks have opened themselves. One that hangs holds nothing up for longer than `most` milliseconds. */
export async function closeChecks(
  checks: Iterable<Check>,
  clock: Pick<Clock, "after">,
  most: number,
): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(most, resolve);
  });
  await Promise.race([Promise.allSettled([...checks].map(async (check) => check.close?.())), late]);
  cancel();
}
