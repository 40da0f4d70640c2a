import { parseUrlOfHttp } from "../url-mistakes.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Parses the address of a Prometheus, which may have a path in front of `/api/v1`, a query, and a user and password.
 *
 * @throws UsageError
 */
export function parsePrometheusUrl(text: string): URL {
  const url = parseUrlOfHttp(text);
  if (url.port === "0") throw new UsageError("must have a port from 1 to 65535");
  if (/\/api\/v1\b/.test(url.pathname)) {
    throw new UsageError("must be the address in front of /api/v1");
  }
  return url;
}

/** Returns the address of an instant query. `time` is in seconds since the epoch; without it, the server's own counts. */
export function queryUrl(
  base: URL,
  expression: string,
  time: number | undefined,
  limit: number,
): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, "")}/api/v1/query`;
  url.hash = "";
  url.searchParams.set("query", expression);
  // So that the server gives up no later than this command.
  url.searchParams.set("timeout", `${limit}ms`);
  if (time !== undefined) url.searchParams.set("time", String(time));
  return url;
}
