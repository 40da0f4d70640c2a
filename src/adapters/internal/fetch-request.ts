import type { HealthRequest, HealthResponse } from "../../contract/http.ts";

/** Converts a `Request`, from this address where it is known. */
export function toHealthRequest(request: Request, remoteAddress?: string): HealthRequest {
  const { method, url, headers } = request;
  return {
    method,
    // Without the host, which makes no difference, and which Bun leaves out where none was sent.
    url: url.startsWith("/") ? url : url.slice(url.indexOf("/", "https://".length)),
    remoteAddress,
    // Headers throws at the name of a pseudo-header of HTTP/2.
    header: (name) => (name.startsWith(":") ? undefined : headers.get(name)),
  };
}

/** Converts a response to a `Response`; without a body it keeps the `Content-Length` of GET. */
export function toResponse({ status, headers, body }: HealthResponse): Response {
  return new Response(body === "" ? null : body, { status, headers });
}
