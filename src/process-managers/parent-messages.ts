import { sharedState } from "../contract/shared-state.ts";

/** The part of `process` that has to do with messages of the parent; tests give another. */
export interface Messaged {
  readonly channel?: object | null | undefined;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
  listenerCount(event: string): number;
}

/** A reader of messages. */
type Taker = (message: unknown) => void;

const inboxes = sharedState("parent messages", () => new WeakMap<Messaged, Inbox>());

/**
 * Delivers the messages of the parent process to a reader; returns the function that ends that. No other listener
 * loses a message by it, and the process is not held open for it.
 */
export function takeMessages(process: Messaged, taker: Taker): () => void {
  const inbox = inboxes.get(process) ?? new Inbox(process);
  inboxes.set(process, inbox);
  return inbox.add(taker);
}

/** The one listener of hale's to the messages of a process. */
class Inbox {
  readonly #process: Messaged;
  readonly #takers = new Set<Taker>();
  /** The messages that came while hale alone listened, each with its handle. */
  #kept: (readonly unknown[])[] = [];
  #delivering = false;
  #recount = () => {};

  constructor(process: Messaged) {
    this.#process = process;
  }

  add(taker: Taker): () => void {
    if (this.#takers.size === 0) this.#open();
    this.#takers.add(taker);
    return () => {
      if (this.#takers.delete(taker) && this.#takers.size === 0) this.#close();
    };
  }

  #open(): void {
    this.#process.on("message", this.#take);
    this.#process.off("newListener", this.#deliverLater);
    this.#process.on("newListener", this.#deliverLater);
    this.#recount = keepsNothingOpen(this.#process);
  }

  #close(): void {
    this.#recount();
    this.#process.off("message", this.#take);
    if (this.#kept.length === 0) this.#process.off("newListener", this.#deliverLater);
  }

  readonly #take = (...values: unknown[]): void => {
    if (!this.#delivering) for (const taker of this.#takers) taker(values[0]);
    // Without any listener Node keeps a message for the first one that comes; hale is to be none.
    if (this.#process.listenerCount("message") === 1) this.#kept.push(values);
  };

  readonly #deliverLater = (event: unknown, listener: unknown): void => {
    if (event !== "message" || listener === this.#take || this.#kept.length === 0) return;
    // It is added once this one returns.
    queueMicrotask(() => this.#deliver());
  };

  #deliver(): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#delivering = true;
    try {
      for (const values of kept) this.#process.emit("message", ...values);
    } finally {
      this.#delivering = false;
      if (this.#takers.size === 0) this.#process.off("newListener", this.#deliverLater);
    }
  }
}

/**
 * Whoever listens to messages holds the process open while its channel is, so this listener is taken
 * out of the count again; before it goes, it is put back.
 */
function keepsNothingOpen({ channel }: Messaged): () => void {
  const counted = channel as Partial<Record<"refCounted" | "unrefCounted", () => void>> | undefined;
  if (typeof counted?.unrefCounted !== "function") return () => {};
  counted.unrefCounted();
  return () => counted.refCounted?.();
}
