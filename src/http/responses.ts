import type { HealthResponse } from "../contract/http.ts";

/** The methods that the probe routes answer. `OPTIONS` is what HAProxy sends by default. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** One of the methods that the probe routes answer. */
export type Method = (typeof METHODS)[number];

const ALLOW = METHODS.join(", ");

/** A response for each method; `HEAD` has the headers of `GET` (RFC 9110, section 9.3.2). */
export type Answer = { readonly [M in Method]: HealthResponse };

/** Makes the responses of one body. */
export function createAnswer(
  status: number,
  mediaType: string,
  body: string,
  more: HealthResponse["headers"] = {},
): Answer {
  const headers = Object.freeze({
    "Content-Type": mediaType,
    "Content-Length": String(new TextEncoder().encode(body).length),
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

/** Whether the probe routes answer a method. */
export function isMethod(method: string): method is Method {
  return (METHODS as readonly string[]).includes(method);
}
