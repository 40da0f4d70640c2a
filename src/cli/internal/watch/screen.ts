import { writeSync } from "node:fs";
import type { Terminal } from "../terminal.ts";
import type { EndpointHistory } from "./endpoint-history.ts";
import { type Size, tableOf } from "./table.ts";
import type { View } from "./view.ts";

// The other screen of the terminal, which no width reflows, without a cursor, and without wrapping of long lines.
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[2J";
const HOME = "\u001b[H";
const CLEAR_BELOW = "\r\n\u001b[J";

/** The size of a terminal that does not say it. */
const DEFAULT_SIZE: Size = { columns: 80, rows: 24 };

/** A view in a terminal: one table that is written again in place. */
export class ScreenView implements View {
  readonly #terminal: Terminal;
  #histories: readonly EndpointHistory[] = [];
  #isOpen = false;
  #ticker: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  open(histories: readonly EndpointHistory[]): void {
    this.#histories = histories;
    this.#enter();
    // What the table says of time grows older without any response.
    this.#ticker = setInterval(() => this.#draw(), 1000);
    this.#terminal.stdout.on?.("resize", this.#redraw);
    // Windows has neither, and refuses a listener for them.
    if (process.platform !== "win32") {
      process.on("SIGTSTP", this.#suspend);
      process.on("SIGCONT", this.#enter);
    }
    process.on("exit", this.#restore);
  }

  update(histories: readonly EndpointHistory[]): void {
    this.#histories = histories;
    this.#draw();
  }

  /** Leaves the last table on the screen that the terminal had before. */
  close(): void {
    clearInterval(this.#ticker);
    this.#terminal.stdout.off?.("resize", this.#redraw);
    process.off("SIGTSTP", this.#suspend);
    process.off("SIGCONT", this.#enter);
    this.#leave();
    const { columns } = this.#size();
    const all = { columns, rows: Number.POSITIVE_INFINITY };
    for (const line of tableOf(this.#histories, all, Date.now(), this.#terminal.paint)) {
      this.#terminal.print(line.trimEnd());
    }
    process.off("exit", this.#restore);
  }

  readonly #enter = (): void => {
    this.#isOpen = true;
    this.#terminal.stdout.write(ENTER);
    this.#redraw();
  };

  readonly #redraw = (): void => {
    this.#terminal.stdout.write(CLEAR);
    this.#draw();
  };

  /** Ctrl-Z stops a process without a word to it, unless it listens: then it stops itself, its terminal in order. */
  readonly #suspend = (): void => {
    this.#restore();
    process.kill(process.pid, "SIGSTOP");
  };

  /** Restores the terminal at once, since a process that ends or stops writes nothing later. */
  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      writeSync(1, LEAVE);
    } catch {
      // The terminal is gone.
    }
  };

  #leave(): void {
    this.#isOpen = false;
    this.#terminal.stdout.write(LEAVE);
  }

  #draw(): void {
    if (!this.#isOpen) return;
    const size = this.#size();
    const lines = tableOf(this.#histories, size, Date.now(), this.#terminal.paint);
    const below = lines.length < size.rows ? CLEAR_BELOW : "";
    this.#terminal.stdout.write(`${HOME}${lines.join("\r\n")}${below}`);
  }

  #size(): Size {
    const { columns, rows } = this.#terminal.stdout;
    return { columns: columns || DEFAULT_SIZE.columns, rows: rows || DEFAULT_SIZE.rows };
  }
}
