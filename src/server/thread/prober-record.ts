import type { HealthRequest } from "../../contract/http.ts";
import type { Sighting } from "./messages.ts";

/** Probers that one message can name; anybody may pretend to be more. */
const MOST = 256;

/** A longer `User-Agent` is cut, since anybody may send one. */
const LONGEST_NAME = 200;

/** Who has asked for readiness since the main thread was told last. */
export class ProberRecord {
  readonly #seen = new Map<string, Sighting>();

  add({ key, at, told }: Sighting): void {
    const before = this.#seen.get(key);
    if (before === undefined && this.#seen.size >= MOST) return;
    this.#seen.set(key, { key, at, told: told || before?.told === true });
  }

  /** Takes them out. */
  take(): Sighting[] {
    const all = [...this.#seen.values()];
    this.#seen.clear();
    return all;
  }
}

/** What tells one prober from another: its address and its `User-Agent`. */
export function proberOf(request: HealthRequest): string {
  // A server that listens on every address sees those of IPv4 in the form of IPv6.
  const address = (request.from ?? "").replace(/^::ffff:/i, "");
  return `${address} ${(request.header("user-agent") ?? "").slice(0, LONGEST_NAME)}`;
}
