import type { ProberSighting } from "./messages.ts";

/** The probers that one message names at most; a stranger may pretend to be more. */
const MAX_PROBERS = 256;

/** The probers that have requested readiness since the last message to the main thread. */
export class ProberRecord {
  readonly #seen = new Map<string, ProberSighting>();

  add({ key, at, refused }: ProberSighting): void {
    const before = this.#seen.get(key);
    if (before === undefined && this.#seen.size >= MAX_PROBERS) return;
    this.#seen.set(key, { key, at, refused: refused || before?.refused === true });
  }

  /** Removes and returns them. */
  take(): ProberSighting[] {
    const all = [...this.#seen.values()];
    this.#seen.clear();
    return all;
  }
}
