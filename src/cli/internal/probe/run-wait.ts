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

/** The signals that end a wait, with their numbers in POSIX. */
const SIGNALS = [
  ["SIGTERM", 15],
  ["SIGINT", 2],
] as const;

/**
 * Ends the process by SIGTERM and SIGINT, also where it is the first of a container, which has no default for them.
 * Returns what releases them again.
 */
function endBySignal(): () => void {
  const handlers = SIGNALS.map(([signal, number]) => {
    const handler = () => process.exit(128 + number);
    process.once(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const release of handlers) release();
  };
}
