import type { Health } from "../contract/health.ts";
import { hasMethods } from "../contract/options.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";

/** A server of the application that a health is mounted on. */
export interface ServingMount {
  readonly server: object;
  /** The function that the service has called. */
  readonly owner: string;
}

/** A mount that does not keep its server in memory. */
interface NotedMount {
  readonly server: WeakRef<object>;
  readonly owner: string;
}

/** The mounts of a health, and the listeners that are told of each new one. */
interface Serving {
  readonly mounts: Set<NotedMount>;
  readonly listeners: Set<() => void>;
}

const known = sharedState("serving mounts", () => new WeakMap<HealthInternals, Serving>());

/** The servers that mounts were noted on, each with whether it has closed, with all connections, since it last listened. */
const servers = sharedState("mounted servers", () => new WeakMap<object, { isClosed: boolean }>());

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
  for (const mount of mounts) if (mount.server.deref() === undefined) mounts.delete(mount);
  const mount = { server: new WeakRef(server), owner };
  mounts.add(mount);
  followClose(server);
  for (const listener of listeners) listener();
  return () => mounts.delete(mount);
}

/** Lists the mounts of a health on servers that may still serve, the oldest first. */
export function servingMounts(parts: HealthInternals): readonly ServingMount[] {
  return [...servingOf(parts).mounts].flatMap(({ server: reference, owner }) => {
    const server = reference.deref();
    return server === undefined || servers.get(server)?.isClosed ? [] : { server, owner };
  });
}

/** Calls back when a health is mounted on a server; returns a function that stops that. */
export function onServing(parts: HealthInternals, listener: () => void): () => void {
  const { listeners } = servingOf(parts);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows whether a server has closed, once for all healths; a stand-in for one may have no events. */
function followClose(server: object): void {
  if (servers.has(server) || !hasMethods(server, ["on"])) return;
  const state = { isClosed: false };
  servers.set(server, state);
  const events = server as { on(event: string, listener: () => void): unknown };
  events.on("close", () => {
    state.isClosed = true;
  });
  events.on("listening", () => {
    state.isClosed = false;
  });
}
