import { constants } from "node:os";

/** The part of `process` that a shutdown needs; tests give another. */
export interface ProcessLike {
  readonly env: { readonly KUBERNETES_SERVICE_HOST?: string | undefined };
  readonly channel?: object | null | undefined;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  exit(code: number): void;
}

/** What asks a process to end. */
export interface Requests {
  /** A signal, or the message of pm2; `again` when one came before. */
  end(why: string, again: boolean): void;
  /** Nobody has caught this error; without it, Node ends the process itself. */
  fatal?: ((failure: unknown) => void) | undefined;
}

/** Listens to what asks a process to end; returns what ends that. */
export function listenToProcess(
  process: ProcessLike,
  signals: readonly string[],
  requests: Requests,
): () => void {
  const undo: (() => void)[] = [];
  const listen = (event: string, listener: (...values: unknown[]) => void) => {
    process.on(event, listener);
    undo.push(() => process.off(event, listener));
  };
  let asked = false;
  const end = (why: string) => {
    const again = asked;
    asked = true;
    requests.end(why, again);
  };
  for (const signal of signals) listen(signal, () => end(signal));
  // pm2 with `shutdown_with_message`, and wherever there are no signals.
  listen("message", (message: unknown) => {
    if (message === "shutdown" && !asked) end("the message to shut down");
  });
  undo.push(keepsNothingOpen(process));
  const { fatal } = requests;
  if (fatal !== undefined) listen("uncaughtException", (failure: unknown) => fatal(failure));
  return () => {
    for (const one of undo.splice(0).reverse()) one();
  };
}

/** The code with which a shell says that a signal has ended a process. */
export function codeOf(signal: string): number {
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

/**
 * Whoever listens to messages holds the process open while its channel is, so this listener is taken
 * out of the count again; before it goes, it is put back.
 */
function keepsNothingOpen({ channel }: ProcessLike): () => void {
  const counted = channel as Partial<Record<"refCounted" | "unrefCounted", () => void>> | undefined;
  if (typeof counted?.unrefCounted !== "function") return () => {};
  counted.unrefCounted();
  return () => counted.refCounted?.();
}
