import { HOP_HEADER } from "../contract/hop.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Method } from "./responses.ts";
import type { Route } from "./router.ts";

const NO_QUERY = new URLSearchParams();

/** Matches a query with a name that hale reads, or with an encoded name, which may be one of them. */
const READ_BY_HALE = /(?:^|&)(?:format|verbose|exclude)(?:[=&]|$)|[%+]/;

/**
 * A request with the parts of its query and headers that decide the response. It is a class and no object literal: V8
 * may make the literals of one place old from birth, and with each the request and response that it refers to.
 */
export class ParsedRequest {
  readonly request: HealthRequest;
  readonly method: Method;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Whether the caller is a check of another health. */
  readonly hop: boolean;
  /** Whether it is a prober's usual request: for the default format, without a query that hale reads. */
  readonly plain: boolean;

  constructor(request: HealthRequest, method: Method, route: Route, rawQuery: string) {
    const isRead = READ_BY_HALE.test(rawQuery);
    const accept = request.header("accept") ?? "";
    const isDefault = accept === "" || accept === "*/*" || accept === "application/json";
    this.request = request;
    this.method = method;
    this.route = route;
    this.query = isRead ? new URLSearchParams(rawQuery) : NO_QUERY;
    this.accept = accept;
    this.hop = Boolean(request.header(HOP_HEADER));
    this.plain = !isRead && isDefault && !this.hop;
  }
}
