import type { HealthInternals } from "../health-internals.ts";
import { onServing, servingMounts } from "../node-http/serving-mounts.ts";
import type { ShutdownGroup } from "./shutdown-group.ts";

/** Whether a health is on a server that no shutdown of the process was given. */
export function hasUnseenServer(parts: HealthInternals, group: ShutdownGroup): boolean {
  return findUnseen(parts, group) !== undefined;
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
