import type { HealthRequest, HealthResponse } from "../../contract/http.ts";

/** A `Request` as hale looks at it, from this address where it is known. */
export function toHealthRequest(request: Request, remoteAddress?: string): HealthRequest {
  const { method, url, headers } = request;
  return {
    method,
    // Without the host, which changes no answer, and which Bun leaves out where none was sent.
    url: url.startsWith("/") ? url : url.slice(url.indexOf("/", "https://".length)),
    remoteAddress,
    header: (name) => headers.get(name),
  };
}

/** An answer as a `Response`; without a body it keeps the length of the one that GET has. */
export function toResponse({ status, headers, body }: HealthResponse): Response {
  return new Response(body === "" ? null : body, { status, headers });
}
