import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import PgBoss from "pg-boss";

/** An order that waits to be handled. */
export interface Order {
  readonly id: string;
  readonly product: number;
}

const QUEUE = "orders";
const PAUSE = 250;

/** The orders that wait, in pg-boss, with connections of its own. */
export class OrderQueue {
  readonly #boss: PgBoss;
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;

  constructor(pool: Pool) {
    this.#boss = new PgBoss({
      db: { executeSql: (sql, values) => pool.query(sql, values) },
      schema: "shop_jobs",
      schedule: false,
      expireInSeconds: 15,
      maintenanceIntervalSeconds: 15,
    });
    // pg-boss asks again later; whether the queue works is for its check to say. Without a
    // listener, this event would end the process.
    this.#boss.on("error", () => {});
  }

  /** Creates the queue, and begins to handle the orders in it. */
  async start(handle: (order: Order) => Promise<void>): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE);
    this.#working = this.#work(handle);
  }

  /** Counts the waiting orders. */
  size(): Promise<number> {
    return this.#boss.getQueueSize(QUEUE);
  }

  /** Adds an order, and returns its number. */
  async add(product: number): Promise<string> {
    const id = await this.#boss.send(QUEUE, { product }, { retryLimit: 20, retryDelay: 1 });
    if (id === null) throw new Error("The queue did not take the order.");
    return id;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
    await this.#boss.stop({ graceful: false });
  }

  /** `boss.work()` does not wait for `complete()`, whose failure would then end the process. */
  async #work(handle: (order: Order) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#handleNext(handle).catch(() => {});
      await pause(PAUSE, undefined, { signal }).catch(() => {});
    }
  }

  async #handleNext(handle: (order: Order) => Promise<void>): Promise<void> {
    const [job] = await this.#boss.fetch<{ product: number }>(QUEUE);
    if (job === undefined) return;
    try {
      await handle({ id: job.id, product: job.data.product });
    } catch {
      return this.#boss.fail(QUEUE, job.id);
    }
    await this.#boss.complete(QUEUE, job.id);
  }
}
