import type { Health } from "../contract/health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";

/** The mount of a health that is known to be on a server, and the listeners that are told of the first one. */
interface Serving {
  owner?: string;
  readonly listeners: Set<(owner: string) => void>;
}

const known = sharedState("serving mounts", () => new WeakMap<HealthInternals, Serving>());

function servingOf(parts: HealthInternals): Serving {
  const serving = known.get(parts) ?? { listeners: new Set() };
  known.set(parts, serving);
  return serving;
}

/** Notes that a health is mounted on a server of the application; `owner` is the function that the service has called. */
export function noteServing(health: Health, owner: string): void {
  const parts = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
  if (parts === undefined) return;
  const serving = servingOf(parts);
  if (serving.owner !== undefined) return;
  serving.owner = owner;
  for (const listener of serving.listeners) listener(owner);
}

/** Calls back, at once where it is known already, when a health is mounted on a server; returns what stops that. */
export function onServing(parts: HealthInternals, listener: (owner: string) => void): () => void {
  const { owner, listeners } = servingOf(parts);
  if (owner !== undefined) listener(owner);
  listeners.add(listener);
  return () => listeners.delete(listener);
}
