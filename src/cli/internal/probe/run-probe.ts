import type { Terminal } from "../terminal.ts";
import { attemptAll } from "./attempts.ts";
import { finish } from "./finish.ts";
import type { ProbeInput } from "./flags.ts";
import { makePlan } from "./plan.ts";

/** Probes every url once, or as often as `--retries` says, and resolves to the exit code. */
export async function runProbe(
  { flags, arguments: urls, trailing }: ProbeInput<{ readonly retries: number }>,
  terminal: Terminal,
): Promise<number> {
  const plan = await makePlan(flags, urls);
  const schedule = {
    interval: flags.interval,
    attempts: flags.retries + 1,
    timeLeft: () => Infinity,
  };
  const results = await attemptAll(plan, schedule, flags.any);
  return finish(results, flags, trailing, terminal);
}
