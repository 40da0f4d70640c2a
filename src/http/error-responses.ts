import type { ResponseCode } from "../contract/errors.ts";
import type { HealthResponse } from "../contract/http.ts";
import { ALLOW, createResponses, type MethodResponses } from "./responses.ts";

/** Makes the response to a method other than those of the probe routes (RFC 9110, section 15.5.6). */
export function methodNotAllowed(): HealthResponse {
  const message = `Health endpoints are read-only. Allowed methods: ${ALLOW}.`;
  return errorResponse(405, "HALE_METHOD_NOT_ALLOWED", message).OPTIONS;
}

/** Makes the responses to the name of a check that the probe does not have, or that the caller may not see. */
export function noSuchCheck(): MethodResponses {
  return errorResponse(404, "HALE_UNKNOWN_CHECK", "This probe has no such check.");
}

/** Makes the responses to an unknown `?format=`. */
export function unknownFormat(known: readonly string[]): MethodResponses {
  const message = `Unknown format. Use one of: ${known.join(", ")}.`;
  return errorResponse(400, "HALE_UNKNOWN_FORMAT", message);
}

function errorResponse(status: number, error: ResponseCode, message: string): MethodResponses {
  const body = JSON.stringify({ error, message });
  return createResponses(status, "application/json; charset=utf-8", body);
}
