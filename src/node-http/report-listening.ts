import type { WarningCode } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";
import type { NodeServer } from "./node-server.ts";
import { observeEvents } from "./server-intercept.ts";
import { warnOfLoopback } from "./warn-of-loopback.ts";

const LATE: WarningCode = "HALE_ATTACHED_LATE";

/**
 * Warns when a server that does not listen is attached after startup is done, which should have waited for it.
 */
export function warnOfLateServer(server: NodeServer, health: Health): void {
  const internals = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
  if (server.listening || !internals?.lifecycle.startup.isUnproven) return;
  const text =
    "attach() came in a later turn than createHealth(), so startup did not wait for the server. Call both in one turn, or set startup: { manual: true } and call markStarted().";
  internals.log("warn", `${text} (${LATE})`, { code: LATE });
}

/** The first event of a server that listens, or of one to which other code gives connections or requests. */
const FIRST_EVENTS = new Set<string | symbol>(["listening", "connection", "request"]);

/**
 * Makes startup wait for a server until it listens or receives a connection, and warns where it listens in vain. Returns a
 * function that ends both.
 */
export function reportListening(server: NodeServer, health: Health): () => void {
  const internals = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
  // What another library calls a health has no startup.
  if (internals === undefined) return () => {};
  const { startup, started } = internals.lifecycle;
  // Of this call alone: the same server may be attached and given to a shutdown, and one of the two taken back.
  const wait = {};
  if (server.listening) {
    warnOfLoopback(server, internals.log);
    if (!started) startup.serverListens(wait);
    return () => {};
  }
  if (!started) startup.awaitServer(wait, server);
  const stop = observeEvents(server, (event) => {
    if (!FIRST_EVENTS.has(event)) return;
    stop();
    if (event === "listening") warnOfLoopback(server, internals.log);
    if (!started) startup.serverListens(wait);
  });
  return () => {
    stop();
    if (!started) startup.dropWait(wait);
  };
}
