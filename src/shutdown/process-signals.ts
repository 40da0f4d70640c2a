import { constants } from "node:os";
import { sharedState } from "../contract/shared-state.ts";
import { type Messaged, takeMessages } from "../process-managers/parent-messages.ts";
import { startDeadline, type TurningClock } from "./deadline.ts";

/** The part of `process` that a shutdown needs; tests give another. */
export interface ProcessLike extends Messaged {
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  exitCode?: number | string | null | undefined;
  exit(code?: number): void;
  kill(pid: number, signal?: string | number): unknown;
  prependListener(event: string, listener: (...values: unknown[]) => void): unknown;
  listeners(event: string): readonly unknown[];
}

/** The requests to end a process. */
export interface Requests {
  /** The first signal, or the message of pm2. */
  begin(why: string): void;
  /** The same request came once more: within a second, or from the process itself. */
  repeated(signal: string): void;
  /** Another request, by a signal from outside. */
  again(signal: string): void;
  /** An exception that was not caught; without it, Node ends the process itself. */
  fatal?: ((failure: unknown) => void) | undefined;
  /** Whether a signal that has come was sent by the process itself. */
  isOwn(signal: string): boolean;
}

/** The listener of a process's signals, messages and errors. */
export interface SignalListener {
  /** Leaves signals and messages to others from now on, but not errors. */
  ignoreSignals(): void;
  /** Listens to nothing any more. */
  stop(): void;
}

/**
 * Milliseconds in which further signals are the same request: a doubled Ctrl-C, `tsx watch`, and other
 * code that hands a signal on.
 */
const SAME = 1000;

const listeners = sharedState("signal listeners", () => new WeakSet<object>());

/** Listens to what asks a process to end. */
export function listenToProcess(
  process: ProcessLike,
  signals: readonly string[],
  clock: TurningClock,
  requests: Requests,
): SignalListener {
  let begun = false;
  let isLater = false;
  const end = (why: string) => {
    if (begun) return;
    begun = true;
    // A signal that came while the loop stood still was sent earlier than it is received.
    void startDeadline(clock, SAME).passed.then(() => {
      isLater = true;
    });
    requests.begin(why);
  };
  const received = (signal: string) => {
    // Before all else, since it counts the signal; begin() may have been called without one.
    const own = requests.isOwn(signal);
    if (!begun) return own ? requests.repeated(signal) : end(signal);
    // A terminal that closes sends SIGHUP after its Ctrl-C.
    const isSame = own || signal === "SIGHUP" || !isLater;
    if (isSame) requests.repeated(signal);
    else requests.again(signal);
  };
  // Before others, some of which end the process at once.
  const undo: (() => void)[] = signals.map((signal) => {
    const listener = () => received(signal);
    listeners.add(listener);
    process.prependListener(signal, listener);
    return () => void process.off(signal, listener);
  });
  // pm2 with `shutdown_with_message`, and wherever there are no signals.
  undo.push(
    takeMessages(process, (message) => {
      if (message === "shutdown") end("the message to shut down");
    }),
  );
  const ignoreSignals = () => {
    for (const one of undo.splice(0).reverse()) one();
  };
  const { fatal } = requests;
  const onFatal = (failure: unknown) => fatal?.(failure);
  if (fatal !== undefined) process.on("uncaughtException", onFatal);
  return {
    ignoreSignals,
    stop() {
      ignoreSignals();
      process.off("uncaughtException", onFatal);
    },
  };
}

/** Returns the names of the other listeners to a signal. */
export function otherListeners(process: ProcessLike, signal: string): readonly string[] {
  return process
    .listeners(signal)
    .filter((listener) => !listeners.has(listener as object))
    .map((listener) => (listener as { readonly name?: string }).name || "anonymous");
}

/** Returns the code with which a shell says that a signal has ended a process. */
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
