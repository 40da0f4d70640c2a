/** A parsed request target. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

/**
 * Parses a request target: a path with a query, or an absolute URL, which servers must accept
 * too (RFC 9112, section 3.2.2).
 */
export function parseTarget(url: string): Target {
  const relative = url.startsWith("/") ? url : withoutAuthority(url);
  const mark = relative.indexOf("?");
  return mark === -1
    ? { path: relative, query: "" }
    : { path: relative.slice(0, mark), query: relative.slice(mark + 1) };
}

function withoutAuthority(url: string): string {
  const rest = /^https?:\/\/[^/?#]+(.*)/is.exec(url)?.[1];
  if (rest === undefined) return url;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
