import type { Terminal } from "../terminal.ts";
import type { Verdict } from "./attempt.ts";
import type { ProbeFlags } from "./flags.ts";
import type { Target } from "./target.ts";

/** The outcome of a target: its last verdict, and the attempts that were made. */
export interface TargetResult {
  readonly target: Target;
  readonly verdict: Verdict;
  readonly attempts: number;
  /** Milliseconds of the last attempt. */
  readonly duration: number;
}

/** Whether the results together are healthy: all of them, or any. */
export function isHealthy(results: readonly TargetResult[], any: boolean): boolean {
  const healthy = ({ verdict }: TargetResult) => verdict.healthy;
  return any ? results.some(healthy) : results.every(healthy);
}

/** Writes the results to an output: one line for each target, or one of JSON for all. */
export function writeResults(
  results: readonly TargetResult[],
  healthy: boolean,
  flags: Pick<ProbeFlags, "quiet" | "json" | "as">,
  { write }: { write(line: string): void },
  paint: Terminal["paint"],
): void {
  if (flags.quiet) return;
  if (flags.json) {
    const targets = results.map((result) => jsonOf(result, flags));
    write(JSON.stringify({ healthy, targets }));
    return;
  }
  for (const result of results) write(lineOf(result, flags, paint));
}

/** Writes a result as a line, such as `http://… is unhealthy: connection refused (ECONNREFUSED)`. */
function lineOf(
  { target, verdict, attempts, duration }: TargetResult,
  { as }: Pick<ProbeFlags, "as">,
  paint: Terminal["paint"],
): string {
  const word = verdict.healthy ? paint("green", "healthy") : paint("red", "unhealthy");
  const prober = as === undefined ? "" : ` to ${as} (${verdict.verdict})`;
  const count = attempts === 1 ? "" : `, attempt ${attempts}`;
  return `${target.shown} is ${word}${prober}: ${verdict.reason} in ${duration} ms${count}`;
}

function jsonOf(
  { target, verdict, attempts, duration }: TargetResult,
  { as }: Pick<ProbeFlags, "as">,
) {
  const { healthy, reason, code, status, verdict: word } = verdict;
  return {
    url: target.shown,
    healthy,
    reason,
    code,
    status,
    prober: as,
    verdict: word,
    attempts,
    duration,
  };
}
