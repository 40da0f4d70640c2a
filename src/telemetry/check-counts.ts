import { type CheckCounts, DURATION_BOUNDS, type RunEvent } from "../contract/figures.ts";
import type { ChangeEvent } from "../contract/health.ts";

/** Counts one run of a check. */
export function countRun(
  all: ReadonlyMap<string, CheckCounts>,
  { check, outcome, duration, timedOut, writtenOff }: RunEvent,
): void {
  const bound = DURATION_BOUNDS.find((most) => duration <= most);
  add(all, check, outcome, 1);
  add(all, check, "time", duration);
  add(all, check, "timeouts", Number(timedOut));
  add(all, check, "writeOffs", Number(writtenOff));
  if (bound) add(all, check, `${bound}`, 1);
}

/** Counts one change of a check to another state. */
export function countChange(
  all: ReadonlyMap<string, CheckCounts>,
  { check, to }: ChangeEvent,
): void {
  add(all, check, `to ${to}`, 1);
}

function add(
  all: ReadonlyMap<string, CheckCounts>,
  check: string,
  name: keyof CheckCounts,
  amount: number,
): void {
  const counts = all.get(check);
  if (counts !== undefined) counts[name] = (counts[name] ?? 0) + amount;
}
