import { hasMethods } from "../../../contract/options.ts";
import { builtinIfAny } from "../process/builtin.ts";

/** What a client has emitted last, in place of a failure that it keeps to itself while it connects again. */
export interface LastError {
  /** `undefined` once the client has connected again, or where nothing was emitted. */
  readonly error: unknown;
  stop(): void;
}

type Emitter = Record<
  "on" | "off",
  (event: string | symbol, listener: (value: unknown) => void) => void
>;

/**
 * Remembers the last error that a client has emitted, until it emits one of `connected`. It is no listener
 * of errors, so that an error which nobody handles still ends the process, as it would without a check.
 */
export function lastErrorOf(client: object, connected: readonly string[]): LastError {
  const monitor = builtinIfAny<typeof import("node:events")>("node:events")?.errorMonitor;
  let error: unknown;
  if (monitor === undefined || !hasMethods(client, ["on", "off"])) {
    return { error, stop() {} };
  }
  const emitter = client as Emitter;
  const remember = (value: unknown) => {
    error = value;
  };
  const forget = () => {
    error = undefined;
  };
  emitter.on(monitor, remember);
  for (const event of connected) emitter.on(event, forget);
  return {
    get error() {
      return error;
    },
    stop() {
      emitter.off(monitor, remember);
      for (const event of connected) emitter.off(event, forget);
    },
  };
}
