/** The colours and weights that output may have, by their ANSI codes: on and off. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

/** The name of a style. */
export type Style = keyof typeof STYLES;

/** A stream that text is written to. */
export interface Output {
  write(text: string, written?: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  on?(event: "resize" | "error", listener: (error?: unknown) => void): unknown;
  off?(event: "resize" | "error", listener: () => void): unknown;
}

/** The two outputs of a command, and whether they are shown to a person. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes one line to stdout. */
  print(line: string): void;
  /** Writes one line to stderr. */
  warn(line: string): void;
  /** Styles a text for stdout, or returns it as it is where stdout shows no colours. */
  paint(style: Style, text: string): string;
}

/** The part of a process that its terminal is made of. */
interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the terminal of a process. It takes an output when it is first used, since Node opens it only then.
 *
 * @param onLost called when stdout could not be written, although its reader is there
 */
export function createTerminal(outputs: Outputs, onLost: () => void = () => {}): Terminal {
  const opened = new Map<"stdout" | "stderr", Output>();
  const open = (name: "stdout" | "stderr"): Output => {
    const output = opened.get(name) ?? outputs[name];
    if (!opened.has(name)) {
      opened.set(name, output);
      output.on?.("error", (error) => {
        if (name === "stdout") reportLostOutput(error, open, onLost);
      });
    }
    return output;
  };
  return {
    get stdout() {
      return open("stdout");
    },
    get stderr() {
      return open("stderr");
    },
    print: (line) => void open("stdout").write(`${line}\n`),
    warn: (line) => void open("stderr").write(`${line}\n`),
    paint(style, text) {
      if (!showsColours(outputs.stdout, outputs.env)) return text;
      const [on, off] = STYLES[style];
      return `\u001b[${on}m${text}\u001b[${off}m`;
    },
  };
}

/**
 * Reports that stdout could not be written, unless its reader has gone. The exit code of a probe remains: a full
 * disk or a closed pipe makes no service unhealthy.
 */
function reportLostOutput(
  error: unknown,
  open: (name: "stderr") => Output,
  onLost: () => void,
): void {
  const { code } = error as { code?: string };
  if (code === "EPIPE") return;
  onLost();
  open("stderr").write(`hale: The output could not be written (${code}).\n`);
}

/**
 * Whether an output shows colours: a terminal does, unless `NO_COLOR` is set and not empty (no-color.org) or `TERM` is
 * `dumb`.
 */
function showsColours(
  output: Output,
  { NO_COLOR = "", TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  return output.isTTY === true && NO_COLOR === "" && TERM !== "dumb";
}
