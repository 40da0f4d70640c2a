import { excerpt } from "./probe/excerpt.ts";
import { withoutCredentials } from "./quote.ts";
import type { Terminal } from "./terminal.ts";

/** The exit code of a fault in hale itself, `EX_SOFTWARE` of sysexits.h: no result that a prober could read. */
export const EXIT_FAULT = 70;

let endAtException: ((error: unknown) => void) | undefined;

/**
 * Runs the program of a process, and ends the process with its exit code. What the program throws, also in a callback,
 * becomes one line on stderr and exit code 70, since Node's own 1 would mean "unhealthy": until
 * {@link leaveExceptions}, whatever else listens, such as an agent that only records exceptions.
 */
export function runProgram(program: () => Promise<number>, terminal: Pick<Terminal, "warn">): void {
  let failed = false;
  const fail = async (error: unknown) => {
    // What fails while the process ends adds no line.
    if (failed) return;
    failed = true;
    const text = await redacted(textOf(error));
    terminal.warn(
      `hale: Internal error: ${text}. It says nothing of any endpoint. Please report it.`,
    );
    // Whatever else is still open would keep the process.
    process.exit(EXIT_FAULT);
  };
  endAtException = (error) => void fail(error);
  process.on("uncaughtException", endAtException);
  // Node ends by itself once the output is written; `process.exit()` would cut that short. Nothing is awaited at the
  // top, because modules that are loaded on demand may import the main module.
  program().then((code) => {
    process.exitCode = code;
  }, fail);
}

/** Leaves exceptions in callbacks to the shutdown of a service, which drains before it ends the process. */
export function leaveExceptions(): void {
  if (endAtException !== undefined) process.off("uncaughtException", endAtException);
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "a value that cannot be read";
  }
}

/** Takes credentials out of a text. The rules are loaded here, because a command that works needs none of them. */
async function redacted(text: string): Promise<string> {
  try {
    const { redact } = await import("../../report/redact.ts");
    return redact(text);
  } catch {
    return excerpt(withoutCredentials(text));
  }
}
