import type { HaleErrorCode } from "../contract/errors.ts";
import type { HealthResponse } from "../contract/http.ts";
import { outerError } from "../contract/outer-errors.ts";
import { type Answer, createAnswer, METHODS } from "./responses.ts";

/** The answer to a method that no probe route has (RFC 9110, section 15.5.6). */
export function methodNotAllowed(): HealthResponse {
  return complaint(405, outerError("HALE_METHOD_NOT_ALLOWED", METHODS.join(", "))).OPTIONS;
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
