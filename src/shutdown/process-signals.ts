import { constants } from "node:os";
import { type Messaged, takeMessages } from "../cluster/parent-messages.ts";

/** The part of `process` that a shutdown needs; tests give another. */
export interface ProcessLike extends Messaged {
  readonly env: { readonly KUBERNETES_SERVICE_HOST?: string | undefined };
  exit(code: number): void;
}

/** What asks a process to end. */
export interface Requests {
  /** A signal, or the message of pm2; `again` when one came before. */
  end(why: string, again: boolean): void;
  /** Nobody has caught this error; without it, Node ends the process itself. */
  fatal?: ((failure: unknown) => void) | undefined;
}

/** What listens to a process. */
export interface SignalListener {
  /** Leaves signals and messages to others from now on, but not errors. */
  ignoreSignals(): void;
  /** Listens to nothing any more. */
  stop(): void;
}

/** Listens to what asks a process to end. */
export function listenToProcess(
  process: ProcessLike,
  signals: readonly string[],
  requests: Requests,
): SignalListener {
  const listen = (event: string, listener: (...values: unknown[]) => void): (() => void) => {
    process.on(event, listener);
    return () => process.off(event, listener);
  };
  let asked = false;
  const end = (why: string) => {
    const again = asked;
    asked = true;
    requests.end(why, again);
  };
  const undo = signals.map((signal) => listen(signal, () => end(signal)));
  // pm2 with `shutdown_with_message`, and wherever there are no signals.
  undo.push(
    takeMessages(process, (message) => {
      if (message === "shutdown" && !asked) end("the message to shut down");
    }),
  );
  const ignoreSignals = () => {
    for (const one of undo.splice(0).reverse()) one();
  };
  const { fatal } = requests;
  const ignoreErrors = fatal && listen("uncaughtException", (failure: unknown) => fatal(failure));
  return {
    ignoreSignals,
    stop() {
      ignoreSignals();
      ignoreErrors?.();
    },
  };
}

/** The code with which a shell says that a signal has ended a process. */
export function exitCodeOf(signal: string): number {
  return 128 + ((constants.signals as Readonly<Record<string, number>>)[signal] ?? 0);
}

/** Signals that no process can listen to. */
const UNHEARD = ["SIGKILL", "SIGSTOP"];

/** Whether the system has a signal of this name that can be listened to. */
export function isSignal(name: unknown): boolean {
  return (
    typeof name === "string" && Object.hasOwn(constants.signals, name) && !UNHEARD.includes(name)
  );
}
