import type { CheckOptions } from "../../../src/contract/check.ts";
import { resolveSettings } from "../../../src/engine/settings.ts";
import type { CheckFacts, Snapshot } from "../../../src/server/probe-thread/messages.ts";

/** What is told of a dependency that is up, with a run every 100 ms that began at 1000. */
export function factsOf(
  name: string,
  facts: Partial<CheckFacts> = {},
  options: CheckOptions = {},
): CheckFacts {
  const check = { scope: "dependency" as const, run: () => true, options };
  return {
    settings: resolveSettings(name, check, { interval: 100, timeout: 500 }, 800),
    status: "up",
    reason: undefined,
    observations: undefined,
    startedAt: 1000,
    duration: 5,
    wasUp: true,
    restartAt: undefined,
    ...facts,
  };
}

/** A snapshot of a service that serves. */
export function snapshotOf(
  checks: readonly CheckFacts[],
  life: Partial<Snapshot["life"]> = {},
): Snapshot {
  return { life: { phase: "serving", started: true, tasks: [], ...life }, checks };
}
