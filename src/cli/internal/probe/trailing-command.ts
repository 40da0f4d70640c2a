import type { ChildProcess } from "node:child_process";
import { maskQuoted } from "../mask-quoted.ts";
import { quote } from "../quote.ts";
import type { Terminal } from "../terminal.ts";

/** The signals that are passed on to the command, as a shell's `exec` would leave them to it. */
const PASSED_ON = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** The signals that a terminal sends to both processes by itself. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGHUP"];

/** The exit codes of a shell for a command that cannot be run, and for one that is not there. */
const EXIT_NOT_RUNNABLE = 126;
const EXIT_NOT_FOUND = 127;

/**
 * Runs a command with this process's own input, output and signals, never through a shell, and resolves to its exit code:
 * 128 + n after signal n.
 */
export async function runTrailingCommand(
  [program = "", ...words]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { spawn } = await import("node:child_process");
  const { constants } = await import("node:os");
  const { isatty } = await import("node:tty");
  const inTerminal = isatty(0);
  const refuse = async ({ code }: NodeJS.ErrnoException) => {
    const found = code !== "ENOENT";
    // Such as an assignment, which only a shell takes in front of a program.
    const shown = await maskQuoted(quote(program));
    terminal.warn(`hale: ${shown} ${found ? "cannot be run" : "was not found"} (${code}).`);
    return found ? EXIT_NOT_RUNNABLE : EXIT_NOT_FOUND;
  };
  let child: ChildProcess;
  try {
    child = spawn(program, words, { stdio: "inherit" });
  } catch (error) {
    // Some errors are thrown, such as ENOTDIR, ENAMETOOLONG and E2BIG; others are events.
    return refuse(error as NodeJS.ErrnoException);
  }
  return new Promise((resolve) => {
    const handlers = PASSED_ON.map((signal) => {
      const passesOn = !(inTerminal && FROM_TERMINAL.includes(signal));
      return [signal, () => passesOn && child.kill(signal)] as const;
    });
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const settle = (code: number) => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      resolve(code);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) void refuse(error).then(settle);
    });
    child.on("exit", (code, signal) => {
      settle(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
