import type { Health } from "../contract/health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";

/** A server of the application that a health is mounted on. */
export interface ServingMount {
  readonly server: object;
  /** The function that the service has called. */
  readonly owner: string;
}

/** The mounts of a health, and the listeners that are called at each new one. */
interface Serving {
  readonly mounts: Set<ServingMount>;
  readonly listeners: Set<() => void>;
}

const known = sharedState("serving mounts", () => new WeakMap<HealthInternals, Serving>());

function servingOf(parts: HealthInternals): Serving {
  const serving = known.get(parts) ?? { mounts: new Set(), listeners: new Set() };
  known.set(parts, serving);
  return serving;
}

/**
 * Notes that a health is mounted on a server of the application; `owner` is the function that the service has called.
 * Returns a function that takes that back.
 */
export function noteServing(server: object, health: Health, owner: string): () => void {
  const parts = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
  if (parts === undefined) return () => {};
  const { mounts, listeners } = servingOf(parts);
  const mount = { server, owner };
  mounts.add(mount);
  for (const listener of listeners) listener();
  return () => mounts.delete(mount);
}

/** Lists the mounts of a health, the oldest first. */
export function servingMounts(parts: HealthInternals): readonly ServingMount[] {
  return [...servingOf(parts).mounts];
}

/** Calls back when a health is mounted on a server; returns a function that stops that. */
export function onServing(parts: HealthInternals, listener: () => void): () => void {
  const { listeners } = servingOf(parts);
  listeners.add(listener);
  return () => listeners.delete(listener);
}
