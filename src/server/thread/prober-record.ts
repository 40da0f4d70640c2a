import type { HealthRequest } from "../../contract/http.ts";
import type { Sighting } from "./messages.ts";

/** Milliseconds for which a prober counts as one that asks. */
const REMEMBERED = 60_000;

/** Probers that are remembered at most; the one that has not asked for longest makes room. */
const MOST = 256;

/** Who has asked for readiness in the last minute. */
export class ProberRecord {
  /** In the order of their last question. */
  readonly #seen = new Map<string, number>();

  see({ key, at }: Sighting): void {
    this.#seen.delete(key);
    this.#seen.set(key, at);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Those who have asked within a minute before `now`. */
  recent(now: number): Sighting[] {
    return [...this.#seen]
      .map(([key, at]) => ({ key, at }))
      .filter(({ at }) => now - at <= REMEMBERED);
  }
}

/** Tells one prober from another, as far as that can be seen. */
export function proberOf(request: HealthRequest): string {
  return `${request.from ?? ""} ${request.header("user-agent") ?? ""}`;
}
