import type { HealthResponse } from "../contract/http.ts";

/** The methods that the probe routes answer. `OPTIONS` is what HAProxy sends by default. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** One of the methods that the probe routes answer. */
export type Method = (typeof METHODS)[number];

const ALLOW = METHODS.join(", ");
const JSON_TYPE = "application/json; charset=utf-8";

/** An answer as each method gets it; `HEAD` has the headers of `GET` (RFC 9110, section 9.3.2). */
export type Answer = { readonly [M in Method]: HealthResponse };

/** Makes the answer of one body. */
export function createAnswer(status: number, mediaType: string, body: string): Answer {
  const get = response(status, mediaType, body);
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

/** The answer to a method that no probe route has (RFC 9110, section 15.5.6). */
export const METHOD_NOT_ALLOWED: HealthResponse = (() => {
  const answer = complaint(405, "HALE_METHOD_NOT_ALLOWED", `Use one of ${ALLOW}.`);
  return { ...answer.GET, headers: { ...answer.GET.headers, Allow: ALLOW } };
})();

/** The answer to the name of a check that the probe does not have, or that is not shown. */
export const NO_SUCH_CHECK: Answer = complaint(
  404,
  "HALE_UNKNOWN_CHECK",
  "This probe shows no check of this name.",
);

/** The answer to a `?format=` that does not exist. */
export function unknownFormat(known: readonly string[]): Answer {
  return complaint(400, "HALE_UNKNOWN_FORMAT", `The formats are: ${known.join(", ")}.`);
}

function complaint(status: number, error: string, message: string): Answer {
  return createAnswer(status, JSON_TYPE, JSON.stringify({ error, message }));
}

function response(status: number, mediaType: string, body: string): HealthResponse {
  return {
    status,
    headers: {
      "Content-Type": mediaType,
      "Content-Length": String(new TextEncoder().encode(body).length),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      Vary: "Accept",
    },
    body,
  };
}
