import type { ParsedRequest } from "./parsed-request.ts";

/**
 * Whether a caller presents the entity tag of what it would receive, and so receives a 304 (RFC 9110, sections
 * 13.1.2 and 15.4.5).
 */
export function isCurrent({ request, method }: ParsedRequest, tag: string | undefined): boolean {
  if (method === "OPTIONS") return false;
  const presented = request.header("if-none-match") ?? "";
  return (
    tag !== undefined &&
    presented.split(/,\s*/).some((one) => one === "*" || one.replace(/^W\//, "") === tag)
  );
}
