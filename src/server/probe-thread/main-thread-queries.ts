import type { Clock } from "../../engine/clock.ts";
import { type ProbeQuery, queryKeyOf } from "../../report/reporter.ts";

/** Queries that may wait for the main thread at the same time; more are answered at once. */
const MAX_OPEN = 16;

/** Requests that may wait, since each takes memory; more are answered at once. */
const MAX_WAITING = 1000;

/** The options of the queries. */
export interface MainThreadQueriesOptions {
  readonly clock: Pick<Clock, "after">;
  /** Milliseconds that a request waits at most. */
  readonly deadline: number;
  /** Sends a query to the main thread. */
  readonly send: (id: number, query: ProbeQuery) => void;
}

interface Open {
  readonly id: number;
  readonly answered: Promise<void>;
  readonly answer: () => void;
}

/** Has the main thread settle queries, each once for all that wait for it. */
export class MainThreadQueries {
  readonly #options: MainThreadQueriesOptions;
  readonly #open = new Map<string, Open>();
  #lastId = 0;
  #waiting = 0;

  constructor(options: MainThreadQueriesOptions) {
    this.#options = options;
  }

  /** Resolves once the query is settled, and after so many milliseconds all the same. */
  async settle(query: ProbeQuery, within = this.#options.deadline): Promise<void> {
    const key = queryKeyOf(query);
    const open = this.#open.get(key) ?? this.#ask(key, query);
    if (open === undefined || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    let cancel = () => {};
    const expiry = new Promise<void>((expire) => {
      cancel = this.#options.clock.after(Math.max(within, 0), expire);
    });
    await Promise.race([open.answered, expiry]);
    cancel();
    this.#waiting--;
  }

  /** The main thread has settled a query. */
  settled(id: number): void {
    for (const [key, open] of this.#open) {
      if (open.id !== id) continue;
      this.#open.delete(key);
      open.answer();
    }
  }

  #ask(key: string, query: ProbeQuery): Open | undefined {
    // One that the main thread has not come to stays open, so that it is not asked again.
    if (this.#open.size >= MAX_OPEN) return undefined;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const open = { id: ++this.#lastId, answered, answer };
    this.#open.set(key, open);
    this.#options.send(open.id, query);
    return open;
  }
}
