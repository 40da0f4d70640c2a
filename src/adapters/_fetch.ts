import type { HealthRequest, HealthResponse } from "../contract/http.ts";

/** A request of `fetch` as hale looks at it. */
export function toHealthRequest(request: Request, from?: string): HealthRequest {
  const { method, url, headers } = request;
  return { method, url, from, header: (name) => headers.get(name) };
}

/** An answer as a response of `fetch`; without a body it keeps the length of the one that GET has. */
export function toResponse({ status, headers, body }: HealthResponse): Response {
  return new Response(body === "" ? null : body, { status, headers });
}
