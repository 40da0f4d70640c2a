import { HaleError } from "../contract/errors.ts";
import type { Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";

const SHORTEST_TOKEN = 16;

/** Characters of a presented token that are compared; no token of this length is ever right. */
const MOST_COMPARED = 1024;

/** Says how much of a report a request may see. */
export type Access = (request: HealthRequest) => Exposure;

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
    if (!usable || token.length > MOST_COMPARED) throw new HaleError("HALE_WEAK_TOKEN", index + 1);
  }
  if (tokens.length === 0) return () => expose;
  return (request) => {
    const presented = bearerToken(request.header("authorization"));
    return presented !== undefined && isOneOf(presented, tokens) ? "details" : expose;
  };
}

/** The token of `Authorization: Bearer …` (RFC 6750, section 2.1; schemes ignore case). */
function bearerToken(header: string | null | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? "")?.[1];
}

/** Compares with every token, and to the end, so that the time tells nothing about any of them. */
function isOneOf(presented: string, tokens: readonly string[]): boolean {
  let found = 0;
  for (const token of tokens) {
    let difference = presented.length ^ token.length;
    const length = Math.min(presented.length, MOST_COMPARED);
    for (let index = 0; index < length; index++) {
      difference |= presented.charCodeAt(index) ^ token.charCodeAt(index % token.length);
    }
    found |= Number(difference === 0);
  }
  return found === 1;
}
