import { constants } from "node:os";
import { reasonOf } from "../report/reason.ts";
import type { ProcessLike } from "./process-signals.ts";

/** The guard of a process during a shutdown, against what its other code does. */
export interface ProcessGuard {
  /** Whether a signal that has come was sent by the process itself; each is counted once. */
  isOwn(signal: string): boolean;
  /** Sends the process a signal that counts as one from outside. */
  resend(signal: string): void;
  /** Gives the process its own functions back. */
  stop(): void;
}

/**
 * Watches a process during a shutdown: which signals it sends to itself, as Apollo Server does when its own
 * stop is over, and what ends it before the shutdown has finished: a call, or an exception that nothing caught.
 * SIGHUP, which a terminal sends when it closes, is ignored meanwhile.
 *
 * @param onExit is called when other code ends the process, with the call or exception where that is known
 */
export function guardProcess(
  process: ProcessLike,
  onExit: (call: string | undefined, code: number) => void,
): ProcessGuard {
  const own: string[] = [];
  let call: string | undefined;
  let exception: string | undefined;
  const { kill } = process;
  const restoreKill = replace(process, "kill", (pid: number, signal?: string | number) => {
    const name = nameOf(signal);
    // 0 is the group of this process.
    if (name !== undefined && (pid === process.pid || pid === 0)) own.push(name);
    return kill.call(process, pid, signal);
  });
  const { exit } = process;
  const restoreExit = replace(process, "exit", (code?: number) => {
    call ??= `process.exit(${code ?? ""})${callerIn(new Error().stack)}`;
    exit.call(process, code);
  });
  const ended = (code: unknown) => onExit(call ?? exception, Number(code));
  const failed = (failure: unknown) => {
    exception = `an uncaught exception: ${reasonOf(failure)}`;
    // Node ends the process in this turn, unless a listener of the service has handled the exception. Not unref'd, so
    // that a loop which is empty by then turns once more.
    setImmediate(() => {
      exception = undefined;
    });
  };
  const ignore = () => {};
  process.on("exit", ended);
  process.on("SIGHUP", ignore);
  // Called for rejections that nothing handles too, and before listeners that may go on.
  process.on("uncaughtExceptionMonitor", failed);
  return {
    isOwn(signal) {
      const index = own.indexOf(signal);
      if (index === -1) return false;
      own.splice(index, 1);
      return true;
    },
    resend: (signal) => void kill.call(process, process.pid, signal),
    stop() {
      restoreKill();
      restoreExit();
      process.off("exit", ended);
      process.off("SIGHUP", ignore);
      process.off("uncaughtExceptionMonitor", failed);
    },
  };
}

/** Lays a function over one of a process; returns what takes it away, unless others were laid over it since. */
function replace<K extends "kill" | "exit">(process: ProcessLike, name: K, by: ProcessLike[K]) {
  const before = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, { value: by, configurable: true, writable: true });
  return () => {
    if (process[name] !== by) return;
    if (before === undefined) Reflect.deleteProperty(process, name);
    else Object.defineProperty(process, name, before);
  };
}

/** The name of a signal; `undefined` for 0, which only asks whether a process is there. */
function nameOf(signal: string | number = "SIGTERM"): string | undefined {
  if (typeof signal === "string") return signal;
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
}

/** The line of a stack trace that has called a function of this file. */
function callerIn(stack = ""): string {
  const [, , caller] = stack.split("\n");
  return caller === undefined ? "" : ` ${caller.trim()}`;
}
