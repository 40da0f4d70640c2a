import type { ProberSighting } from "./messages.ts";

/** The most that one message reports of each kind; a stranger may pretend to be many probers. */
const MAX_SIGHTINGS = 256;

/** The probers that have requested readiness since the last message to the main thread. */
export class ProberRecord {
  /** The last of the requests that were not refused, by the key of their prober. */
  readonly #seen = new Map<string, ProberSighting>();
  /** Each request that was refused, since the drain counts them. */
  #refusals: ProberSighting[] = [];

  add(sighting: ProberSighting): void {
    const { key, refused } = sighting;
    if (refused) {
      if (this.#refusals.length < MAX_SIGHTINGS) this.#refusals.push(sighting);
    } else if (this.#seen.has(key) || this.#seen.size < MAX_SIGHTINGS) {
      this.#seen.set(key, sighting);
    }
  }

  /** Removes and returns them. */
  take(): ProberSighting[] {
    const all = [...this.#seen.values(), ...this.#refusals];
    this.#seen.clear();
    this.#refusals = [];
    return all;
  }
}
