import { MAX_FAILED_PROBES } from "../../shutdown/probers.ts";
import type { ProberSighting } from "./messages.ts";

/** The most probers that one message reports of each kind; a stranger may pretend to be many. */
const MAX_PROBERS = 256;

/** The probers that have requested readiness since the last message to the main thread. */
export class ProberRecord {
  /** The last of the requests that were not refused, by the key of their prober. */
  readonly #seen = new Map<string, ProberSighting>();
  /** Each request that was refused, since the drain counts them, by the key of its prober. */
  readonly #refusals = new Map<string, ProberSighting[]>();

  add(sighting: ProberSighting): void {
    const { key, refused } = sighting;
    if (!refused) {
      if (this.#seen.has(key) || this.#seen.size < MAX_PROBERS) this.#seen.set(key, sighting);
      return;
    }
    const refusals = this.#refusals.get(key) ?? [];
    if (refusals.length < MAX_FAILED_PROBES) refusals.push(sighting);
    if (this.#refusals.size < MAX_PROBERS) this.#refusals.set(key, refusals);
  }

  /** Removes and returns them. */
  take(): ProberSighting[] {
    const all = [...this.#seen.values(), ...[...this.#refusals.values()].flat()];
    this.#seen.clear();
    this.#refusals.clear();
    return all;
  }
}
