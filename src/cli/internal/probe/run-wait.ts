import { endBySignal } from "../end-by-signal.ts";
import type { Terminal } from "../terminal.ts";
import { attemptAll } from "./attempts.ts";
import { finish } from "./finish.ts";
import type { ProbeInput } from "./flags.ts";
import { now } from "./now.ts";
import { makePlan } from "./plan.ts";

/** Probes every url until it is healthy, for `--for` in all, and resolves to the exit code. */
export async function runWait(
  { flags, arguments: urls, trailing }: ProbeInput<{ readonly for: number }>,
  terminal: Terminal,
): Promise<number> {
  const plan = await makePlan(flags, urls);
  const endsAt = now() + flags.for;
  const schedule = {
    interval: flags.interval,
    attempts: Infinity,
    timeLeft: () => Math.ceil(endsAt - now()),
  };
  const release = endBySignal();
  const results = await attemptAll(plan, schedule, flags.any);
  release();
  return finish(results, flags, trailing, terminal);
}
