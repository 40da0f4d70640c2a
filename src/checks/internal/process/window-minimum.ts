interface Look {
  readonly at: number;
  readonly value: number;
}

/** Looks that a window is made of at least, when runs are frequent enough. */
const LOOKS = 10;

/**
 * The level that a figure has not fallen below for a whole window, so that neither a spike nor what
 * is given back a moment later counts.
 *
 * The window begins with the first look. Where looks are rarer than the window is long, it is as
 * long as the time between two of them.
 */
export class Sustained {
  readonly #window: number;
  #looks: readonly Look[] = [];

  /** `window`: milliseconds. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Whether a tenth of the window has passed since the last look: sooner ones do not count. */
  isDue(now: number): boolean {
    const last = this.#looks.at(-1);
    return last === undefined || now - last.at >= this.#window / LOOKS;
  }

  /** Keeps the figure of one moment, or of the time since the last look. */
  add(now: number, value: number): void {
    // The last look that is as old as the window stays, since it is where the window begins.
    const begin = this.#looks.findLastIndex(({ at }) => now - at >= this.#window);
    this.#looks = [...this.#looks.slice(Math.max(begin, 0)), { at: now, value }];
  }

  /** The lowest figure of the window; `undefined` until one has passed. */
  get level(): number | undefined {
    const [first] = this.#looks;
    const last = this.#looks.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < this.#window) {
      return undefined;
    }
    return Math.min(...this.#looks.map(({ value }) => value));
  }
}
