import type { Breakable, Way } from "./fault.ts";

/** What Keyv takes for a value, and the shop for none of its own. */
const NONSENSE = JSON.stringify({ value: "nonsense" });

/** The memory that a Keyv keeps its entries in; there is no network that could break instead. */
export class FaultyStore implements Breakable {
  readonly #entries = new Map<string, unknown>();
  readonly #stuck = new Set<(failure: Error) => void>();
  #fault: Way | undefined;

  get(key: string): Promise<unknown> {
    return this.#do(() => (this.#fault === "error" ? NONSENSE : this.#entries.get(key)));
  }

  set(key: string, value: unknown): Promise<unknown> {
    return this.#do(() => this.#entries.set(key, value));
  }

  delete(key: string): Promise<boolean> {
    return this.#do(() => this.#entries.delete(key));
  }

  clear(): Promise<void> {
    return this.#do(() => this.#entries.clear());
  }

  async break(how: Way): Promise<void> {
    await this.mend();
    this.#fault = how;
  }

  async mend(): Promise<void> {
    this.#fault = undefined;
    for (const fail of this.#stuck) fail(new Error("The cache was mended; ask again."));
    this.#stuck.clear();
  }

  async #do<T>(work: () => T): Promise<T> {
    if (this.#fault === "refuse") throw new Error("The cache refuses.");
    if (this.#fault === "hang") {
      return new Promise((_resolve, reject) => this.#stuck.add(reject));
    }
    return work();
  }
}
