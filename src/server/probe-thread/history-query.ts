import type { History } from "../../contract/history.ts";
import type { Clock } from "../../engine/clock.ts";

/** The dependencies of a {@link HistoryQuery}. */
export interface HistoryQueryOptions {
  readonly clock: Pick<Clock, "after">;
  /** Milliseconds that a caller waits at most. */
  readonly deadline: number;
  /** Sends the query to the main thread. */
  readonly send: () => void;
}

/** Queries the main thread for the history, once for all callers that wait. */
export class HistoryQuery {
  readonly #options: HistoryQueryOptions;
  #pending: Promise<History | undefined> | undefined;
  #resolve: (history: History | undefined) => void = () => {};

  constructor(options: HistoryQueryOptions) {
    this.#options = options;
  }

  /** Resolves to the history; to `undefined` where none is kept, or at the deadline. */
  read(): Promise<History | undefined> {
    this.#pending ??= new Promise((resolve) => {
      const { clock, deadline, send } = this.#options;
      const cancel = clock.after(deadline, () => this.received(undefined));
      this.#resolve = (history) => {
        cancel();
        resolve(history);
      };
      send();
    });
    return this.#pending;
  }

  /** Passes on the response of the main thread. */
  received(history: History | undefined): void {
    this.#pending = undefined;
    this.#resolve(history);
  }
}
