import { sharedState } from "../contract/shared-state.ts";
import type { HealthInternals } from "../health-internals.ts";
import type { Order } from "./cluster-message.ts";

/** What a worker knows of a primary that leads its end. */
export class PrimaryOrders {
  readonly #listeners = new Set<(order: Order) => void>();
  #followed = false;
  #released: number | undefined;
  /** Whether this worker ends when it is told to. */
  obeyed = false;

  /** The primary has said something, at a time of the health's clock. */
  hear(order: Order, now: number): void {
    this.#followed = true;
    if (order === "close") this.#released ??= now;
    for (const listener of this.#listeners) listener(order);
  }

  /** When the primary has said that nobody is sent here any more; absent where none leads. */
  get view(): { readonly released: number | undefined } | undefined {
    return this.#followed ? { released: this.#released } : undefined;
  }

  /** Calls back at each order; returns what ends that. */
  onOrder(listener: (order: Order) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const leads = sharedState("primary orders", () => new WeakMap<HealthInternals, PrimaryOrders>());

/** The lead of a health, of which `reportToPrimary()` hears. */
export function primaryOrdersOf(parts: HealthInternals): PrimaryOrders {
  const lead = leads.get(parts) ?? new PrimaryOrders();
  leads.set(parts, lead);
  return lead;
}
