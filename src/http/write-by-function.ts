import type { WarningCode } from "../contract/errors.ts";
import type { Exposure, FormatFunction, WrittenBody } from "../contract/format.ts";
import { quoted } from "../contract/misuse.ts";
import { nearestWord } from "../contract/nearest-word.ts";
import { hasMethods, kindOf } from "../contract/options.ts";
import type { Report } from "../contract/report.ts";

/** The dependencies of the call of a function. */
export interface FunctionContext {
  readonly clock: { now(): number };
  /** Logs a warning once. */
  readonly warnOnce: (text: string, fields: { readonly code: WarningCode }) => void;
}

/** The milliseconds from which a function counts as one that blocks the process. */
const BLOCKING = 100;

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
  { clock, warnOnce }: FunctionContext,
): WrittenBody {
  const before = clock.now();
  const written = responseTo(report, write(visibleReport(report, exposure)), verdict);
  const duration = clock.now() - before;
  if (duration >= BLOCKING) warnOfSlow(duration, warnOnce);
  return written;
}

/** Warns that the function has blocked the process for so many milliseconds. */
function warnOfSlow(milliseconds: number, warnOnce: FunctionContext["warnOnce"]): void {
  const code: WarningCode = "HALE_FORMAT_SLOW";
  const text = `http.format blocked the process; milliseconds: ${Math.round(milliseconds)}. It must wait for nothing.`;
  const fields = { code, milliseconds };
  warnOnce(`${text} (${code})`, fields);
}

function responseTo(report: Report, returned: unknown, verdict: number): WrittenBody {
  const result = resultOf(returned);
  const { status = verdict, contentType, body } = result;
  const isText = typeof body === "string";
  const range = report.status === "down" ? [400, 599] : [200, 299];
  const [min = 0, max = 0] = status === verdict ? [verdict, verdict] : range;
  if (!Number.isInteger(status) || status < min || status > max) {
    const given = typeof status === "number" ? `${status}` : `a ${typeof status}`;
    throw new Error(`the status must be a whole number from ${min} to ${max}, but is ${given}`);
  }
  const mediaType: unknown = contentType ?? (isText ? TEXT : JSON_TEXT);
  if (isBinary(body)) {
    throw new Error(`the body must be a text or an object, but is ${kindOf(body)}: decode it`);
  }
  const text = isText ? body : JSON.stringify(body);
  if (typeof text !== "string") throw new Error(NO_RESULT);
  if (typeof mediaType !== "string" || !/^[\x20-\x7e]+$/.test(mediaType)) {
    throw new Error("the contentType must be a media type, in characters of ASCII");
  }
  const hasBody = status !== NO_CONTENT;
  return { status, mediaType: hasBody ? mediaType : "", body: hasBody ? text : "", headers: {} };
}

const NO_RESULT = 'it must return { body }, and may return "status" and "contentType"';

/** Requires an object. A promise is refused: a probe has a deadline, and the report is complete already. */
function resultOf(result: unknown): ReturnType<FormatFunction> {
  if (typeof result !== "object" || result === null) throw new Error(NO_RESULT);
  if ("then" in result && typeof result.then === "function") {
    // Its rejection would end the process.
    Promise.resolve(result).catch(() => {});
    throw new Error("it returned a promise, but must return { body } at once");
  }
  const other = Object.entries(result).find(
    ([key, value]) => value !== undefined && !KEYS.includes(key),
  )?.[0];
  if (other !== undefined) {
    const likely = nearestWord(other, KEYS);
    throw new Error(
      likely === undefined
        ? `its result has ${quoted(other)}, which is not sent; it takes ${KEYS.join(", ")}`
        : `its result has ${quoted(other)}; did you mean "${likely}"?`,
    );
  }
  return result as ReturnType<FormatFunction>;
}

/** The keys of a result. */
const KEYS: readonly string[] = ["status", "contentType", "body"];

/** Whether a body is bytes or a stream, which JSON would show as its numbers or as nothing. */
function isBinary(body: unknown): boolean {
  return (
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer ||
    hasMethods(body, ["pipe"]) ||
    hasMethods(body, ["getReader"]) ||
    hasMethods(body, ["arrayBuffer"])
  );
}

/** The status of a response without a body (RFC 9110, section 15.3.5). */
const NO_CONTENT = 204;

const TEXT = "text/plain; charset=utf-8";

const JSON_TEXT = "application/json; charset=utf-8";

/** Returns the part of a report that a caller may see. */
function visibleReport(report: Report, exposure: Exposure): Report {
  if (exposure === "details") return report;
  const checks = exposure === "status" ? [] : report.checks;
  const visible = checks.map(({ name, scope, status, critical, shared, failing }) =>
    Object.freeze({ name, scope, status, critical, shared, failing }),
  );
  return Object.freeze({
    ...report,
    reason: undefined,
    tasks: Object.freeze([]),
    checks: Object.freeze(visible),
  });
}
