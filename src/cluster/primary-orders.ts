import { sharedState } from "../contract/shared-state.ts";
import type { HealthInternals } from "../health-internals.ts";
import type { Order } from "./cluster-message.ts";

/** The primary that leads a worker's shutdown: it alone sees the probers. */
export interface DrainLead {
  /** Whether the primary itself drains. */
  readonly draining: boolean;
  /** The moment at which its drain was over. */
  readonly released?: number | undefined;
}

/** The orders that a worker has received from a primary that leads its shutdown. */
export class PrimaryOrders {
  readonly #listeners = new Set<(order: Order) => void>();
  #lead: DrainLead | undefined;
  /** Whether this worker shuts down when it is ordered to. */
  obeyed = false;

  /** Notes an order that was received at a time of the health's clock. */
  hear(order: Order, now: number): void {
    const { draining = false, released } = this.#lead ?? {};
    this.#lead = {
      draining: draining || order !== "follow",
      released: released ?? (order === "close" ? now : undefined),
    };
    for (const listener of this.#listeners) listener(order);
  }

  /** The state of the primary; absent where none leads. */
  get lead(): DrainLead | undefined {
    return this.#lead;
  }

  /** Calls back at each order; returns a function that stops it. */
  onOrder(listener: (order: Order) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const orders = sharedState("primary orders", () => new WeakMap<HealthInternals, PrimaryOrders>());

/** Returns the orders for a health, which `reportToPrimary()` receives. */
export function primaryOrdersOf(parts: HealthInternals): PrimaryOrders {
  const own = orders.get(parts) ?? new PrimaryOrders();
  orders.set(parts, own);
  return own;
}
