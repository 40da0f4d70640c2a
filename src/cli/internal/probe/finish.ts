import type { Terminal } from "../terminal.ts";
import type { ProbeFlags } from "./flags.ts";
import { maskResults } from "./mask-results.ts";
import { isHealthy, type TargetResult, writeResults } from "./result.ts";

/** Writes the results and, when they are healthy, runs the command after `--`; resolves to the exit code. */
export async function finish(
  results: readonly TargetResult[],
  flags: ProbeFlags,
  trailing: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const healthy = isHealthy(results, flags.any);
  const runs = healthy && trailing.length > 0;
  // The output of a command is its own.
  const write = runs ? terminal.warn : terminal.print;
  const paint: Terminal["paint"] = runs ? (_, text) => text : terminal.paint;
  const shown = flags.quiet ? [] : await maskResults(results);
  writeResults(shown, healthy, flags, { write }, paint);
  if (!runs) return healthy ? 0 : 1;
  const { runTrailingCommand } = await import("./trailing-command.ts");
  return runTrailingCommand(trailing, terminal);
}
