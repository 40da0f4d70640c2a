import type { HealthResponse } from "../contract/http.ts";

/** The methods of the probe routes. HAProxy sends `OPTIONS` by default. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** One of the methods of the probe routes. */
export type Method = (typeof METHODS)[number];

/** The value of `Allow`. */
export const ALLOW = METHODS.join(", ");

/** The response for each method; `HEAD` has the headers of `GET` (RFC 9110, section 9.3.2). */
export type MethodResponses = { readonly [M in Method]: HealthResponse };

/** Makes the responses with one body; without one, the media type is empty. */
export function createResponses(
  status: number,
  mediaType: string,
  body: string,
  more: HealthResponse["headers"] = {},
): MethodResponses {
  const headers = Object.freeze({
    // A 304 has no body, and must not describe it as an empty one.
    ...(mediaType && {
      "Content-Type": mediaType,
      "Content-Length": String(new TextEncoder().encode(body).length),
    }),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    Vary: "Accept",
    ...more,
  });
  return {
    GET: Object.freeze({ status, headers, body }),
    HEAD: Object.freeze({ status, headers, body: "" }),
    OPTIONS: Object.freeze({ status, headers: Object.freeze({ ...headers, Allow: ALLOW }), body }),
  };
}

/** Whether the probe routes have a method. */
export function isMethod(method: string): method is Method {
  return (METHODS as readonly string[]).includes(method);
}
