import type { HealthInternals } from "../health-internals.ts";
import { onServing, servingMounts } from "../node-http/serving-mounts.ts";
import type { ShutdownGroup } from "./shutdown-group.ts";

/** Returns which shutdown of the process was given the server that a health is on; `undefined` for a health on none. */
export function serverOwner(
  parts: HealthInternals,
  group: ShutdownGroup,
): "another" | "none" | undefined {
  if (findUnseen(parts, group) !== undefined) return "none";
  return servingMounts(parts).length > 0 ? "another" : undefined;
}

/**
 * Warns once of a server that no shutdown was given, at the end of the turn: what follows in it may give the server
 * to another shutdown, or detach the health. Returns a function that stops that.
 */
export function warnOfUnseenServer(parts: HealthInternals, group: ShutdownGroup): () => void {
  let isOver = false;
  function warn(): void {
    const mount = isOver ? undefined : findUnseen(parts, group);
    if (mount === undefined) return;
    isOver = true;
    const line = `gracefulShutdown() was given no server, though ${mount.owner} is on one: a shutdown does not wait for its requests. Write gracefulShutdown({ health, servers: [server] }), with what app.listen() returns, or the app of Fastify or Nest.`;
    parts.log("warn", line, {});
  }
  queueMicrotask(warn);
  const stop = onServing(parts, () => queueMicrotask(warn));
  return () => {
    isOver = true;
    stop();
  };
}

function findUnseen(parts: HealthInternals, group: ShutdownGroup) {
  return servingMounts(parts).find(({ server }) => !group.hasServer(server));
}
