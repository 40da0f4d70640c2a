import { HaleError, type HaleErrorCode } from "../contract/errors.ts";
import type { HealthResponse } from "../contract/http.ts";

/** The methods that the probe routes answer. `OPTIONS` is what HAProxy sends by default. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** One of the methods that the probe routes answer. */
export type Method = (typeof METHODS)[number];

const ALLOW = METHODS.join(", ");

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
export function methodNotAllowed(): HealthResponse {
  return complaint(405, new HaleError("HALE_METHOD_NOT_ALLOWED", ALLOW)).OPTIONS;
}

/** The answer to the name of a check that the probe does not have, or that is not shown. */
export function noSuchCheck(): Answer {
  const message = "This probe shows no check of this name.";
  return complaint(404, { code: "HALE_UNKNOWN_CHECK", message });
}

/** The answer to what cannot be answered, with the code and the message of an error. */
export function complaint(
  status: number,
  { code, message }: { readonly code: HaleErrorCode; readonly message: string },
): Answer {
  return createAnswer(
    status,
    "application/json; charset=utf-8",
    JSON.stringify({ error: code, message }),
  );
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
