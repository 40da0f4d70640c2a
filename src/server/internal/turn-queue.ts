/** Work with a cost, which may wait for another turn. */
interface Work {
  readonly cost: number;
  readonly run: () => void;
}

/**
 * Does work in the order in which it comes, and only so much in each turn of the event loop: what is over
 * `costPerTurn` waits for the next one.
 */
export class TurnQueue {
  readonly #costPerTurn: number;
  readonly #maxWaiting: number;
  readonly #nextTurn: (callback: () => void) => void;
  readonly #waiting = new Set<Work>();
  #spent = 0;
  #waitingCost = 0;
  #scheduled = false;

  /** `maxWaiting`: the cost of all that may wait. */
  constructor(
    { costPerTurn, maxWaiting }: { readonly costPerTurn: number; readonly maxWaiting: number },
    nextTurn: (callback: () => void) => void = setImmediate,
  ) {
    this.#costPerTurn = costPerTurn;
    this.#maxWaiting = maxWaiting;
    this.#nextTurn = nextTurn;
  }

  /** Whether there is room for work in this turn, which may then be done at once. */
  takesNow(cost: number): boolean {
    if (this.#waiting.size > 0 || this.#spent >= this.#costPerTurn) return false;
    this.#spent += cost;
    this.#schedule();
    return true;
  }

  /** Whether it is taken on: not where too much waits. */
  add(cost: number, run: () => void): boolean {
    if (this.#waitingCost + cost > this.#maxWaiting) return false;
    this.#waitingCost += cost;
    this.#waiting.add({ cost, run });
    this.#schedule();
    return true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#nextTurn(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    this.#spent = 0;
    for (const work of this.#waiting) {
      if (this.#spent >= this.#costPerTurn) break;
      this.#waiting.delete(work);
      this.#waitingCost -= work.cost;
      this.#spent += work.cost;
      work.run();
    }
    if (this.#spent > 0) this.#schedule();
  }
}
