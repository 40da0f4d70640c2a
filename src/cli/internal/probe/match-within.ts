import { runInNewContext } from "node:vm";
import { formatDuration } from "../duration.ts";
import { ProbeFailure, TIMEOUT } from "./probe-failure.ts";

/** The time of an attempt. */
export interface AttemptTime {
  /** Milliseconds that it may take in all. */
  readonly limit: number;
  /** Milliseconds that are left of it. */
  left(): number;
}

/**
 * Tests a pattern within the time of an attempt. Timers do not fire while a regular expression runs, and some take years
 * for a short text; V8 ends it when it is run with a limit.
 *
 * @throws ProbeFailure when the time is over
 */
export function matchWithin(pattern: RegExp, text: string, { limit, left }: AttemptTime): boolean {
  const { source, flags } = pattern;
  const timeout = Math.max(1, Math.floor(left()));
  try {
    return runInNewContext(
      "new RegExp(source, flags).test(text)",
      { source, flags, text },
      { timeout },
    );
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    const reason = `timed out after ${formatDuration(limit)}, matching ${pattern}`;
    throw new ProbeFailure(TIMEOUT, reason, "body");
  }
}
