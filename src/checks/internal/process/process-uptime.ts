import type { Outcome } from "../../../contract/check.ts";

/** Decides by the time that a process has run. `degradedAfter`: milliseconds. */
export function outcomeOfUptime(seconds: number, degradedAfter: number | undefined): Outcome {
  const old = seconds * 1000 >= (degradedAfter ?? Number.POSITIVE_INFINITY);
  return {
    status: old ? "degraded" : "up",
    reason: old
      ? `The process has run for ${Math.floor(seconds)} s; after ${Number(degradedAfter) / 1000} s it is degraded.`
      : undefined,
    observations: { uptime: { value: Math.floor(seconds), unit: "s" } },
  };
}
