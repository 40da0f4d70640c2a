import type { HealthResponse } from "../contract/http.ts";

/** The methods that the probe routes answer. `OPTIONS` is what HAProxy sends by default. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** One of the methods that the probe routes answer. */
export type Method = (typeof METHODS)[number];

const ALLOW = METHODS.join(", ");

/** An answer as each method gets it; `HEAD` has the headers of `GET` (RFC 9110, section 9.3.2). */
export type Answer = { readonly [M in Method]: HealthResponse };

/** Makes the answer of one body. */
export function createAnswer(
  status: number,
  mediaType: string,
  body: string,
  more: HealthResponse["headers"] = {},
): Answer {
  const get = response(status, mediaType, body, more);
  return {
    GET: get,
    HEAD: { ...get, body: "" },
    OPTIONS: { ...get, headers: { ...get.headers, Allow: ALLOW } },
  };
}

/** Whether the probe routes answer a method. */
export function isMethod(method: string): method is Method {
  return (METHODS as readonly string[]).includes(method);
}

function response(
  status: number,
  mediaType: string,
  body: string,
  more: HealthResponse["headers"],
): HealthResponse {
  return {
    status,
    headers: {
      "Content-Type": mediaType,
      "Content-Length": String(new TextEncoder().encode(body).length),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      Vary: "Accept",
      ...more,
    },
    body,
  };
}
