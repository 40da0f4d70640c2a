import type { Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Access } from "./access.ts";

/** Characters of a presented token that are compared; a longer one is never right. */
const MOST_COMPARED = 1024;

/** How much a request may see, also where that has to be found out. */
export function judge(access: Access, request: HealthRequest): Exposure {
  const presented = bearerToken(request.header("authorization"));
  const trusted = presented !== undefined && isOneOf(presented, access.tokens);
  return trusted ? "details" : access.expose;
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
