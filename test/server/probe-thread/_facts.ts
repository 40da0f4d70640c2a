import type { CheckOptions } from "../../../src/contract/check.ts";
import type { CheckState } from "../../../src/engine/check-state.ts";
import { resolveSettings } from "../../../src/engine/settings.ts";
import type { Snapshot } from "../../../src/server/probe-thread/messages.ts";

/** What is told of a dependency that is up, with a run every 100 ms that began at 1000. */
export function factsOf(
  name: string,
  facts: Partial<CheckState> = {},
  options: CheckOptions = {},
): CheckState {
  const check = { scope: "dependency" as const, run: () => true, options };
  const defaults = { interval: 100, timeout: 500 };
  const startedAt = "startedAt" in facts ? facts.startedAt : 1000;
  return {
    settings: resolveSettings(name, check, { defaults, deadline: 800 }),
    status: "up",
    reason: undefined,
    code: undefined,
    observations: undefined,
    startedAt,
    duration: 5,
    wasUp: true,
    restartAt: undefined,
    staleAt: startedAt === undefined ? undefined : startedAt + 800,
    ...facts,
  };
}

/** A snapshot of a service that serves. */
export function snapshotOf(
  checks: readonly CheckState[],
  lifecycle: Partial<Snapshot["lifecycle"]> = {},
): Snapshot {
  return {
    lifecycle: { phase: "serving", started: true, tasks: [], ...lifecycle },
    checks,
    counts: new Map(),
  };
}
