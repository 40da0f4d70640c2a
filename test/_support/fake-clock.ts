import type { Clock } from "../../src/engine/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves when it is told to, and lets promises settle between one timer and the next. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  nextTurn(callback: () => void): () => void {
    return this.after(0, callback);
  }

  /** Timers that wait to fire. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass, firing each timer at its moment. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (let timer = this.#due(end); timer !== undefined; timer = this.#due(end)) {
      this.#timers = this.#timers.filter((other) => other !== timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Lets time pass while the event loop does not turn: timers that fall due fire late, afterwards. */
  stall(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #due(end: number): Timer | undefined {
    const [next] = this.#timers
      .filter(({ at }) => at <= end)
      .sort((one, other) => one.at - other.at || one.order - other.order);
    return next;
  }
}

/** Resolves when every promise that can settle without time passing has done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
