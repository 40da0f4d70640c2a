import { HOP_HEADER } from "../contract/hop.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Method } from "./responses.ts";
import type { Route } from "./routes.ts";

/** A parsed request. */
export interface ParsedRequest {
  readonly request: HealthRequest;
  readonly method: Method;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Whether the caller is a check of another health. */
  readonly hop: boolean;
  /** Whether it is a prober's usual request: for the default format, without a query that hale reads. */
  readonly plain: boolean;
}

const NO_QUERY = new URLSearchParams();

/** Matches a query with a name that hale reads, or with an encoded name, which may be one of them. */
const READ_BY_HALE = /(?:^|&)(?:format|verbose|exclude)(?:[=&]|$)|[%+]/;

/** Parses the query and the headers that decide the response. */
export function parseRequest(
  request: HealthRequest,
  method: Method,
  route: Route,
  rawQuery: string,
): ParsedRequest {
  const isRead = rawQuery !== "" && READ_BY_HALE.test(rawQuery);
  const query = isRead ? new URLSearchParams(rawQuery) : NO_QUERY;
  const accept = request.header("accept") ?? "";
  const hop = Boolean(request.header(HOP_HEADER));
  const isDefault = accept === "" || accept === "*/*" || accept === "application/json";
  return { request, method, route, query, accept, hop, plain: !isRead && isDefault && !hop };
}
