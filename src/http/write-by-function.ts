import type { Exposure, FormatFunction } from "../contract/format.ts";
import type { Report } from "../contract/report.ts";

/** The status, the media type (none without a body) and the body of a response. */
export type WrittenResponse = readonly [
  status: number,
  mediaType: string | undefined,
  body: string,
];

/**
 * Calls the function of the service. `verdict` is the HTTP status that hale would send.
 *
 * @throws what the function throws, and where its response contradicts the report, or is none
 */
export function writeByFunction(
  write: FormatFunction,
  report: Report,
  exposure: Exposure,
  verdict: number,
): WrittenResponse {
  const { status = verdict, contentType, body } = write(visibleReport(report, exposure));
  const isText = typeof body === "string";
  const range = report.status === "down" ? [400, 599] : [200, 299];
  const [min = 0, max = 0] = status === verdict ? [verdict, verdict] : range;
  if (!Number.isInteger(status) || status < min || status > max) {
    throw new Error(`the status must be from ${min} to ${max}, but is ${status}`);
  }
  const mediaType = contentType ?? (isText ? TEXT : JSON_TEXT);
  const text = isText ? body : JSON.stringify(body);
  if (typeof text !== "string" || !/^[\x20-\x7e]+$/.test(mediaType)) {
    throw new Error('it must return { body }, and may return "status" and "contentType"');
  }
  return status === NO_CONTENT ? [status, undefined, ""] : [status, mediaType, text];
}

/** The status of a response without a body (RFC 9110, section 15.3.5). */
const NO_CONTENT = 204;

const TEXT = "text/plain; charset=utf-8";

const JSON_TEXT = "application/json; charset=utf-8";

/** Returns the part of a report that a caller may see. */
function visibleReport(report: Report, exposure: Exposure): Report {
  if (exposure === "details") return report;
  const checks = exposure === "status" ? [] : report.checks;
  return {
    ...report,
    reason: undefined,
    tasks: [],
    checks: checks.map(({ name, scope, status, critical, shared, failing }) => ({
      name,
      scope,
      status,
      critical,
      shared,
      failing,
    })),
  };
}
