import { HaleError } from "../contract/errors.ts";
import type { Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";

const SHORTEST_TOKEN = 16;
const LONGEST_TOKEN = 1024;

/** Who may see how much of a report. */
export interface Access {
  /** What everybody may see. */
  readonly expose: Exposure;
  /** Who presents one of these may see details. */
  readonly tokens: readonly string[];
  /** What a request may see; `undefined` where a token has to be judged, which is loaded on demand. */
  known(request: HealthRequest): Exposure | undefined;
}

/**
 * Everybody sees `expose`; who presents one of the tokens sees details.
 *
 * @throws `HALE_WEAK_TOKEN`
 */
export function createAccess(expose: Exposure, tokens: readonly string[]): Access {
  // Not forEach, which passes over holes.
  for (const [index, token] of tokens.entries()) {
    const usable =
      typeof token === "string" && /^[\x21-\x7e]+$/.test(token) && token.length >= SHORTEST_TOKEN;
    if (!usable || token.length > LONGEST_TOKEN) throw new HaleError("HALE_WEAK_TOKEN", index + 1);
  }
  return {
    expose,
    tokens,
    known: (request) => (tokens.length > 0 && request.header("authorization") ? undefined : expose),
  };
}
