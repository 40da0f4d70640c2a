import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import type { Cache } from "./cache.ts";
import type { Order, OrderQueue } from "./order-queue.ts";

/** Something that the shop sells. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly cents: number;
}

/** The products, and where they came from. */
export interface Shelf {
  readonly products: readonly Product[];
  readonly from: "cache" | "database";
}

const TABLES = `
  create schema if not exists shop;
  create table if not exists shop.products (
    id integer primary key,
    name text not null,
    cents integer not null
  );
  create table if not exists shop.orders (
    id uuid primary key,
    product integer not null references shop.products,
    handled timestamptz not null default now()
  );
  insert into shop.products values
    (1, 'Teapot', 3200), (2, 'Cup & saucer', 1450), (3, 'Tea, 100 g', 890)
    on conflict do nothing;
`;

const KEY = "shop:products";
const TIME_TO_LIVE = 5_000;
/** Milliseconds to wait for the cache: past them, the database is faster. */
const CACHE_PATIENCE = 300;

/** The dependencies of the shop. */
export interface ShopParts {
  readonly pool: Pool;
  readonly cache: Pick<Cache<unknown>, "get" | "set">;
  readonly queue: OrderQueue;
}

/** A shop that sells tea. */
export class Shop {
  readonly #parts: ShopParts;

  constructor(parts: ShopParts) {
    this.#parts = parts;
  }

  async createTables(): Promise<void> {
    await this.#parts.pool.query(TABLES);
  }

  /** The products, from the cache if it has them and from the database otherwise. */
  async shelf(): Promise<Shelf> {
    const cached = await this.#cachedProducts().catch(() => undefined);
    if (cached !== undefined) return { products: cached, from: "cache" };
    const { rows } = await this.#parts.pool.query<Product>(
      "select * from shop.products order by id",
    );
    this.#parts.cache.set(KEY, JSON.stringify(rows), TIME_TO_LIVE).catch(() => {});
    return { products: rows, from: "database" };
  }

  /** Puts an order into the queue; its number, or `undefined` when there is no such product. */
  async order(product: unknown): Promise<string | undefined> {
    const { products } = await this.shelf();
    const ordered = products.find(({ id }) => id === product);
    return ordered && this.#parts.queue.add(ordered.id);
  }

  /** Handles an order out of the queue. The queue may hand it out twice; it counts once. */
  async handle({ id, product }: Order): Promise<void> {
    await this.#parts.pool.query(
      "insert into shop.orders (id, product) values ($1, $2) on conflict do nothing",
      [id, product],
    );
  }

  /** The orders that were handled last, the latest first. */
  async handledOrders(): Promise<readonly { id: string; product: string }[]> {
    const { rows } = await this.#parts.pool.query(
      `select orders.id, products.name as product
       from shop.orders join shop.products on products.id = orders.product
       order by handled desc limit 10`,
    );
    return rows;
  }

  async #cachedProducts(): Promise<readonly Product[] | undefined> {
    const late = pause(CACHE_PATIENCE, undefined, { ref: false });
    const cached = await Promise.race([this.#parts.cache.get(KEY), late]);
    const products: unknown = JSON.parse(cached ?? "null");
    return Array.isArray(products) ? products : undefined;
  }
}
