/** An emitter of events; a listener that throws stops neither the others nor the caller. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => unknown>>();
  readonly #onFailure: (event: keyof Events, failure: unknown) => void;

  /** `onFailure` receives the error that a listener threw, or that its promise was rejected with. */
  constructor(onFailure: (event: keyof Events, failure: unknown) => void) {
    this.#onFailure = onFailure;
  }

  on<E extends keyof Events>(event: E, listener: (event: Events[E]) => unknown): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // A function of its own for each call, so that the same listener can be added twice.
    const entry = (value: Events[E]): unknown => listener(value);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  emit<E extends keyof Events>(event: E, value: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      // Async, so that a listener that throws and a listener whose promise is rejected are handled alike.
      (async () => (listener as (event: Events[E]) => unknown)(value))().catch((failure) =>
        this.#onFailure(event, failure),
      );
    }
  }
}
