// Not the globals, which a test runner may replace by fake timers.
import { clearImmediate, setImmediate } from "node:timers";
import { type Rule, requireOption } from "../../contract/options.ts";
import type { Clock } from "../../engine/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

const MILLISECONDS: Rule = {
  expected: "a number of milliseconds, 0 or more",
  accepts: (value) => Number.isFinite(value) && (value as number) >= 0,
};

/** A clock that stands still until a test moves it; only the turns of the event loop are real. */
export class ManualClock implements Clock {
  readonly isManual = true;
  #now = 0;
  /** The timers by their moments, the last to fire first; those of one moment, by their age. */
  readonly #timers: Timer[] = [];
  /** The callbacks that wait for a turn of the event loop. */
  #turns = 0;
  /** Whether a health is being made, whose first turn ends with the code that makes it. */
  #isMaking = true;
  /** The last move; moves follow each other. */
  #moved: Promise<void> = Promise.resolve();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback, isCancelled: false };
    this.#timers.splice(this.#placeOf(timer.at), 0, timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Ends the making of the health: turns are those of the event loop from now on. */
  endMaking(): void {
    this.#isMaking = false;
  }

  nextTurn(callback: () => void): () => void {
    // So that a test which sends a request at once, without a server, finds the service started.
    if (this.#isMaking) return afterMicrotask(callback);
    let waits = true;
    this.#turns++;
    const end = () => {
      if (waits) this.#turns--;
      waits = false;
    };
    const immediate = setImmediate(() => {
      end();
      callback();
    });
    return () => {
      clearImmediate(immediate);
      end();
    };
  }

  /**
   * Moves the time forward, and fires each timer at its moment; resolves when the effects have settled.
   *
   * @throws `HALE_BAD_OPTION`
   */
  advance(milliseconds: number): Promise<void> {
    requireOption("advance()", "milliseconds", milliseconds, MILLISECONDS);
    this.#moved = this.#moved.then(() => this.#move(milliseconds));
    return this.#moved;
  }

  async #move(milliseconds: number): Promise<void> {
    await this.#settle();
    const end = this.#now + milliseconds;
    for (let timer = this.#due(end); timer !== undefined; timer = this.#due(end)) {
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await this.#settle();
    }
    this.#now = end;
  }

  /** Lets the event loop turn until no callback waits for that. */
  async #settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => void setImmediate(resolve));
    } while (this.#turns > 0);
  }

  /** Takes the next timer until that moment. */
  #due(end: number): Timer | undefined {
    let next = this.#timers.at(-1);
    while (next !== undefined && (next.isCancelled || next.at <= end)) {
      this.#timers.pop();
      if (!next.isCancelled) return next;
      next = this.#timers.at(-1);
    }
    return undefined;
  }

  /** The index before which no timer fires earlier than at that moment. */
  #placeOf(at: number): number {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle] as Timer).at > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function afterMicrotask(callback: () => void): () => void {
  let next = callback;
  void Promise.resolve().then(() => next());
  return () => {
    next = () => {};
  };
}
