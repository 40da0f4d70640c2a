import { hasMethods } from "../../../contract/options.ts";
import { builtinIfAny } from "../process/builtin.ts";

/** The last error that a client has raised since it was ready, and what stops listening to it. */
export interface LastError {
  readonly error: unknown;
  close(): void;
}

interface Emitter {
  on(event: string | symbol, listener: (error?: unknown) => void): unknown;
  off(event: string | symbol, listener: (error?: unknown) => void): unknown;
}

/** Listens to a client beside the service: an error for which the service has no listener stays one. */
export function lastErrorOf(client: object): LastError {
  const events = builtinIfAny<typeof import("node:events")>("node:events");
  let error: unknown;
  if (events === undefined || !hasMethods(client, ["on", "off"])) {
    return { error, close: () => {} };
  }
  const emitter = client as Emitter;
  const keep = (failure: unknown) => {
    error = failure;
  };
  const forget = () => {
    error = undefined;
  };
  emitter.on(events.errorMonitor, keep);
  emitter.on("ready", forget);
  return {
    get error() {
      return error;
    },
    close() {
      emitter.off(events.errorMonitor, keep);
      emitter.off("ready", forget);
    },
  };
}
