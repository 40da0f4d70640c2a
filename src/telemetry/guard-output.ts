import type { Logger } from "../contract/logger.ts";

/** The part of `process.stdout` and `process.stderr` that is used here. */
interface Output {
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/** Milliseconds after a line within which its output may still report a failed write. */
const GUARD_TIME = 1000;

const guards = new Map<Output, ReturnType<typeof setTimeout>>();

/**
 * Keeps the process alive when the output of `console` is full or closed. Node reports that as an event of
 * the output, after the call, and ends a process that does not listen. The guard is removed after a second,
 * so that the service's own lines fail as they do without hale.
 */
export function guardConsoleOutput(level: keyof Logger): void {
  const { process } = globalThis as { process?: { stdout?: Output; stderr?: Output } };
  const output = level === "info" ? process?.stdout : process?.stderr;
  if (output?.on === undefined) return;
  const guard = guards.get(output);
  if (guard === undefined) output.on("error", ignore);
  else clearTimeout(guard);
  const timer = setTimeout(() => {
    guards.delete(output);
    output.off("error", ignore);
  }, GUARD_TIME);
  (timer as { unref?: () => void }).unref?.();
  guards.set(output, timer);
}

function ignore(): void {}
