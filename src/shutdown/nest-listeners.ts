import type { HealthInternals } from "../health-internals.ts";
import { type NodeServer, SERVER } from "../node-http/node-server.ts";
import { observeEvents } from "../node-http/server-intercept.ts";
import type { ProcessLike } from "./process-signals.ts";

/** The notes of a Nest app about its own listener to signals: a map since version 12, two members before. */
interface NestApp {
  readonly shutdownCleanupRefs?: ReadonlyMap<string, unknown>;
  readonly activeShutdownSignals?: readonly string[];
  getHttpServer?(): unknown;
}

/**
 * Warns once of a Nest app that closes itself at a signal of the shutdown, by `enableShutdownHooks()`: at the end of the
 * turn, and again when its server listens. Returns a function that stops that.
 */
export function warnOfNestListeners(
  servers: readonly unknown[],
  signals: readonly string[],
  process: Pick<ProcessLike, "listeners">,
  log: HealthInternals["log"],
): () => void {
  let isOver = false;
  const warn = (app: NestApp) => {
    const signal = isOver ? undefined : signals.find((name) => listensTo(app, name, process));
    if (signal === undefined) return;
    isOver = true;
    const closed = "getHttpServer" in app ? "its port" : "itself";
    const line = `the Nest app listens to ${signal} too, and closes ${closed} at once: remove app.enableShutdownHooks(), since gracefulShutdown() closes the app, with its hooks`;
    log("warn", line, { signal });
  };
  const stops = servers.map((candidate) => {
    const app = (candidate ?? {}) as NestApp;
    queueMicrotask(() => warn(app));
    const server = "getHttpServer" in app ? app.getHttpServer?.() : undefined;
    if (!SERVER.accepts(server) || (server as NodeServer).listening) return () => {};
    const stop = observeEvents(server as NodeServer, (event) => {
      if (event !== "listening") return;
      stop();
      warn(app);
    });
    return stop;
  });
  return () => {
    isOver = true;
    for (const stop of stops) stop();
  };
}

/** Whether the listener of a Nest app to a signal is there still; other listeners may have its name. */
function listensTo(
  { shutdownCleanupRefs, activeShutdownSignals }: NestApp,
  signal: string,
  process: Pick<ProcessLike, "listeners">,
): boolean {
  const listeners = process.listeners(signal);
  if (shutdownCleanupRefs instanceof Map)
    return listeners.includes(shutdownCleanupRefs.get(signal));
  return (
    Array.isArray(activeShutdownSignals) &&
    activeShutdownSignals.includes(signal) &&
    listeners.some((listener) => (listener as { readonly name?: string }).name === "cleanup")
  );
}
