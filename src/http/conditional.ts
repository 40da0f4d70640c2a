import type { HealthRequest } from "../contract/http.ts";
import { createResponses, type MethodResponses } from "./responses.ts";

/** Whether a caller presents the entity tag of what it would receive (RFC 9110, section 13.1.2). */
export function isCurrent(request: HealthRequest, tag: string | undefined): boolean {
  const presented = request.header("if-none-match") ?? "";
  return (
    tag !== undefined &&
    presented.split(/,\s*/).some((one) => one === "*" || one.replace(/^W\//, "") === tag)
  );
}

/** Makes the responses to a caller that has the body already (RFC 9110, section 15.4.5). */
export function notModified(headers: Readonly<Record<string, string>>): MethodResponses {
  return createResponses(304, undefined, "", headers);
}
