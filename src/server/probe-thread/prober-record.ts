import type { ProberSighting } from "./messages.ts";

/** Probers that one message can name; anybody may pretend to be more. */
const MOST = 256;

/** Who has asked for readiness since the main thread was told last. */
export class ProberRecord {
  readonly #seen = new Map<string, ProberSighting>();

  add({ key, at, told }: ProberSighting): void {
    const before = this.#seen.get(key);
    if (before === undefined && this.#seen.size >= MOST) return;
    this.#seen.set(key, { key, at, told: told || before?.told === true });
  }

  /** Takes them out. */
  take(): ProberSighting[] {
    const all = [...this.#seen.values()];
    this.#seen.clear();
    return all;
  }
}
