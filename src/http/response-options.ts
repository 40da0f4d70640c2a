import type { DefaultFormat } from "../contract/format.ts";
import { quoted } from "../contract/misuse.ts";
import { BOOLEAN, oneOf, RECORD, type Rule, type Rules } from "../contract/options.ts";
import type { Report } from "../contract/report.ts";
import { TOKEN } from "./media-range.ts";
import { SCRAPES } from "./scrape.ts";
import { FORMAT_RULE } from "./service-format.ts";

/** The options of responses for particular callers. */
export interface ResponseOptions {
  /**
   * The HTTP status of readiness while the service drains. 404 is for HAProxy's `http-check
   * disable-on-404`; every other prober counts it as a failure, like 503.
   *
   * @default 503
   */
  drainStatus?: 404 | 503 | undefined;
  /**
   * The HTTP status of readiness and deep when they are degraded. Consul counts 429 as a warning; every
   * other prober counts it as a failure, so set it on a listener for Consul alone.
   *
   * @default 200
   */
  degradedStatus?: 200 | 429 | undefined;
  /**
   * Whether responses have Envoy's headers: `x-envoy-immediate-health-check-fail` by readiness while
   * the service drains, `x-envoy-degraded` by readiness and deep when they are degraded.
   *
   * @default false
   */
  envoy?: boolean | undefined;
  /**
   * The format for callers that request none: a name, or a function that writes the response, to keep the answers
   * of endpoints that were there before. An object sets it for each probe.
   *
   * @default "json"
   */
  format?: DefaultFormat | undefined;
  /**
   * Additional headers of every report, such as `Access-Control-Allow-Origin` for a status page of another
   * origin.
   *
   * @default none
   */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether a scrape runs the checks whose last result is older than 30 s (`"run"`), or writes the last results
   * whatever their age (`"last"`).
   *
   * @default "run"
   */
  scrape?: (typeof SCRAPES)[number] | undefined;
}

/** The headers that hale writes itself. */
const OWN_HEADERS: readonly string[] = [
  "content-type",
  "content-length",
  "transfer-encoding",
  "connection",
  "cache-control",
  "x-content-type-options",
  "allow",
  "vary",
  "etag",
  "content-security-policy",
];

/** Names and values as HTTP allows them (RFC 9110, section 5). */
const HEADERS: Rule = {
  expected: `an object of header names and texts, without ${OWN_HEADERS.join(", ")}`,
  secret: true,
  accepts: (value) => RECORD.accepts(value) && badHeaderOf(value as object) === undefined,
  hint(value) {
    const bad = RECORD.accepts(value) ? badHeaderOf(value as object) : undefined;
    return bad === undefined ? bad : `The header ${quoted(bad)} is not.`;
  },
};

/** Finds the name of the first header that is refused. */
function badHeaderOf(headers: object): string | undefined {
  return Object.entries(headers).find(
    ([name, text]) =>
      !TOKEN.test(name) ||
      OWN_HEADERS.includes(name.toLowerCase()) ||
      typeof text !== "string" ||
      !/^[\t\x20-\x7e\x80-\xff]*$/.test(text),
  )?.[0];
}

/** The rules of these options. */
export const RESPONSE_OPTION_RULES: Rules<ResponseOptions> = {
  drainStatus: eitherOf(404, 503),
  degradedStatus: eitherOf(200, 429),
  envoy: BOOLEAN,
  format: FORMAT_RULE,
  headers: HEADERS,
  scrape: oneOf(SCRAPES),
};

function eitherOf(one: number, other: number): Rule {
  return {
    expected: `${one} or ${other}`,
    accepts: (value) => value === one || value === other,
  };
}

/** Returns the HTTP status of a report, and the headers that depend on it. */
export function statusAndHeaders(
  { drainStatus = 503, degradedStatus = 200, envoy = false, headers }: ResponseOptions,
  { probe, check, status, phase }: Report,
): { readonly status: number; readonly headers: Readonly<Record<string, string>> } {
  const draining = probe === "readiness" && check === undefined && phase === "draining";
  const degraded = status === "degraded" && (probe === "readiness" || probe === "deep");
  return {
    status: status === "down" ? (draining ? drainStatus : 503) : degraded ? degradedStatus : 200,
    headers: {
      ...headers,
      ...(envoy && draining && { "x-envoy-immediate-health-check-fail": "true" }),
      ...(envoy && degraded && { "x-envoy-degraded": "true" }),
    },
  };
}
