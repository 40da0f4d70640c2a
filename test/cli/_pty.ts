import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program in a terminal of the test's: a real pseudo-terminal, whose output an emulator shows. */
export interface PtyProgram {
  readonly pid: number;
  /** The lines of the screen as a person sees them, without spaces and empty lines at their ends. */
  screen(): string[];
  /** Which of its two screens the terminal shows. */
  shown(): "normal" | "alternate";
  /** Resolves once the screen is as wanted; fails when the program has ended before. */
  until(wanted: (lines: readonly string[]) => boolean): Promise<void>;
  /** Types into the terminal. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** All that the program has written. */
  written(): string;
  readonly ended: Promise<{ readonly code: number; readonly signal: number | undefined }>;
}

/** Starts a program in a terminal of some size. */
export function startInPty(
  program: string,
  args: readonly string[],
  { columns, rows, env = {} }: PtyOptions,
): PtyProgram {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const { NO_COLOR: _, ...inherited } = process.env;
  const pty = spawn(program, [...args], {
    cols: columns,
    rows,
    name: env.TERM ?? "xterm-256color",
    env: { ...inherited, ...env },
  });
  let written = "";
  let hasEnded = false;
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  pty.onData((data) => {
    written += data;
    terminal.write(data, wake);
  });
  const ended = new Promise<{ code: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      // What it wrote last is shown before it counts as ended.
      terminal.write("", () => {
        hasEnded = true;
        resolve({ code: exitCode, signal });
        wake();
      });
    });
  });
  onTestFinished(() => {
    if (!hasEnded) pty.kill("SIGKILL");
  });

  const screen = () => {
    const { active } = terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, index) => active.getLine(index)?.translateToString(true).trimEnd() ?? "",
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  };

  return {
    pid: pty.pid,
    screen,
    shown: () => terminal.buffer.active.type,
    async until(wanted) {
      while (!wanted(screen())) {
        if (hasEnded) throw new Error(`It has ended, and shows:\n${screen().join("\n")}`);
        await new Promise<void>((resolve) => {
          const waker = () => {
            wakers.delete(waker);
            resolve();
          };
          wakers.add(waker);
        });
      }
    },
    type: (text) => pty.write(text),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    written: () => written,
    ended,
  };
}
