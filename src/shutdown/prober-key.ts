import type { HealthRequest } from "../contract/http.ts";

/** A longer `User-Agent` is cut, since anybody may send one. */
const LONGEST_NAME = 200;

/** What tells one prober from another: its address and its `User-Agent`. */
export function proberKey(request: HealthRequest): string {
  // A server that listens on every address sees those of IPv4 in the form of IPv6.
  const address = (request.remoteAddress ?? "").replace(/^::ffff:/i, "");
  return `${address} ${(request.header("user-agent") ?? "").slice(0, LONGEST_NAME)}`;
}
