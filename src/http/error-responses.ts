import type { ResponseCode } from "../contract/errors.ts";
import type { HealthResponse } from "../contract/http.ts";
import { type Answer, createAnswer, METHODS } from "./responses.ts";

/** The response to a method that no probe route has (RFC 9110, section 15.5.6). */
export function methodNotAllowed(): HealthResponse {
  const message = `Health endpoints are read-only. Allowed methods: ${METHODS.join(", ")}.`;
  return errorResponse(405, "HALE_METHOD_NOT_ALLOWED", message).OPTIONS;
}

/** The response to the name of a check that the probe does not have, or that is not shown. */
export function noSuchCheck(): Answer {
  return errorResponse(404, "HALE_UNKNOWN_CHECK", "This probe shows no check of this name.");
}

/** The response to a `?format=` that no format has. */
export function unknownFormat(known: readonly string[]): Answer {
  const message = `There is no such format. Use one of: ${known.join(", ")}.`;
  return errorResponse(400, "HALE_UNKNOWN_FORMAT", message);
}

function errorResponse(status: number, error: ResponseCode, message: string): Answer {
  const body = JSON.stringify({ error, message });
  return createAnswer(status, "application/json; charset=utf-8", body);
}
