import type { Terminal } from "../terminal.ts";

/** A line on stderr that says how far a command is. */
export interface Progress {
  advance(step: string): void;
  /** Takes the line away. */
  clear(): void;
}

const CLEAR_LINE = "\r\u001b[K";

/** Makes a progress line; it stays empty where stderr is no terminal. */
export function createProgress({ stderr }: Pick<Terminal, "stderr">, total: number): Progress {
  if (stderr.isTTY !== true) return { advance() {}, clear() {} };
  let done = 0;
  return {
    advance(step) {
      done += 1;
      stderr.write(`${CLEAR_LINE}${done} of ${total}: ${step}`);
    },
    clear: () => void stderr.write(CLEAR_LINE),
  };
}
