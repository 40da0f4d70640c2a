import { vi } from "vitest";
import type { Check } from "../../src/contract/check.ts";

/** Milliseconds that a timed run lasts. */
export const RUN = 500;

/** Runs a check for `RUN` of a fake clock, until its signal ends it. It begins `period` after the last such run began. */
export async function timedRun<T>(
  check: { run(options: Parameters<Check["run"]>[0]): T | Promise<T> },
  period = RUN,
): Promise<T> {
  await vi.advanceTimersByTimeAsync(period - RUN);
  const controller = new AbortController();
  const found = check.run({ signal: controller.signal });
  await vi.advanceTimersByTimeAsync(RUN);
  controller.abort();
  return found;
}
