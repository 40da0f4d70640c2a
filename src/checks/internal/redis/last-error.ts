import { hasMethods } from "../../../contract/options.ts";
import { builtinIfAny } from "../process/builtin.ts";
import { observeSearch, searchFailure } from "./server-search.ts";

/** The last error that a client has raised since it was ready, and what stops listening to it. */
export interface LastError {
  readonly error: unknown;
  close(): void;
}

interface Emitter {
  on(event: string | symbol, listener: (error?: unknown) => void): unknown;
  off(event: string | symbol, listener: (error?: unknown) => void): unknown;
}

/**
 * Listens to a client beside the service: an error for which the service has no listener stays one. A client of
 * `ioredis` for a cluster or by way of Sentinel says of the connections by which it looks for the servers that they
 * are closed; the error of such a connection becomes the cause.
 */
export function lastErrorOf(client: object): LastError {
  const events = builtinIfAny<typeof import("node:events")>("node:events");
  let error: unknown;
  if (events === undefined || !hasMethods(client, ["on", "off"])) {
    return { error, close: () => {} };
  }
  const { errorMonitor } = events;
  const emitter = client as Emitter;
  /** The last error of a connection by which the client looked for servers. */
  let behind: unknown;
  const keepBehind = (failure: unknown) => {
    behind = failure;
  };
  const stop = observeSearch(client, (connection) => connection.on(errorMonitor, keepBehind));
  const keep = (failure: unknown) => {
    error = searchFailure(failure, behind) ?? failure;
  };
  const forget = () => {
    error = undefined;
    behind = undefined;
  };
  emitter.on(errorMonitor, keep);
  emitter.on("ready", forget);
  return {
    get error() {
      return error;
    },
    close() {
      stop();
      emitter.off(errorMonitor, keep);
      emitter.off("ready", forget);
    },
  };
}
