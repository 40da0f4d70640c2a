import type { HealthRequest } from "../contract/http.ts";
import { parseTarget } from "../http/parse-target.ts";

/** Characters of a header or target that tell probers apart; anybody may send more. */
const MAX_PART = 200;

/** Query parameters with which people ask for a format that no load balancer reads. */
const FOR_PEOPLE = /(?:^|&)(?:format|verbose)(?:=|&|$)/;

/**
 * Returns what tells one prober of readiness from another: its address, `User-Agent`, `Host`, path and
 * query. `undefined` when the request asks for a page, a `?format` or `?verbose`, as people do.
 */
export function proberKey(request: HealthRequest): string | undefined {
  const { query } = parseTarget(request.url);
  if (FOR_PEOPLE.test(query) || request.header("accept")?.includes("text/html")) return undefined;
  // A server that listens on every address sees those of IPv4 in the form of IPv6.
  const address = (request.remoteAddress ?? "").replace(/^::ffff:/i, "");
  const host = request.header("host") ?? request.header(":authority") ?? "";
  const agent = request.header("user-agent") ?? "";
  return [address, agent, host, request.url].map((part) => part.slice(0, MAX_PART)).join("\n");
}
