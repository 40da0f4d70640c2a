import type { Figures } from "./figures.ts";
import type { History } from "./history.ts";
import type { HealthRequest } from "./http.ts";
import type { Probe } from "./probe.ts";
import type { Report } from "./report.ts";

/**
 * The levels of detail of a response: the verdict alone, each check's name and whether it is ok, or also
 * reasons, timings and observations.
 */
export const EXPOSURES = ["status", "checks", "details"] as const;

/** One level of detail of a response. */
export type Exposure = (typeof EXPOSURES)[number];

/**
 * A function of the service that decides the exposure of a request. When it fails, returns anything else, or
 * takes longer than the `deadline`, the exposure is `"status"`.
 */
export type ExposeRule = (request: HealthRequest, probe: Probe) => Exposure | Promise<Exposure>;

/** The exposure to callers without a token: one for every probe, one for each, or a function. */
export type Expose = Exposure | { readonly [P in Probe]?: Exposure | undefined } | ExposeRule;

/** The formats that a service can choose in place of json; those of scrapers and people are requested by name. */
export const FORMAT_NAMES = [
  "json",
  "aspnet",
  "health-json",
  "kubernetes",
  "microprofile",
  "spring",
  "terminus",
] as const;

/** The name of a format that a service can choose in place of json. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A response that a function of the service writes. */
export interface FormattedResponse {
  /**
   * The HTTP status: 400 to 599 when the report is down, 200 to 299 otherwise.
   *
   * @default that of hale: 503 or 200
   */
  readonly status?: number | undefined;
  /**
   * The value of `Content-Type`.
   *
   * @default `text/plain` for a text, `application/json` for an object, both with `charset=utf-8`
   */
  readonly contentType?: string | undefined;
  /** The body: a text, or an object that is written as JSON. Bytes and streams are refused. */
  readonly body: string | object;
}

/**
 * A function of the service that writes the response to a report. The report has no tasks, and its checks have no reasons,
 * timings or observations, unless the caller may see details. When the function fails, returns other keys, or contradicts the
 * report, json is sent, and `HALE_FORMAT_FAILED` is logged. Headers of its own are options of `http`.
 */
export type FormatFunction = (report: Report) => FormattedResponse;

/** The format of the service: a name, or a function. */
export type ServiceFormat = FormatName | FormatFunction;

/** The format for callers that request none: one for every probe, or one for each. */
export type DefaultFormat = ServiceFormat | { readonly [P in Probe]?: ServiceFormat | undefined };

/** The query of a request, as far as formats write it. */
export interface FormatQuery {
  /** The parameters of the request. */
  readonly parameters: URLSearchParams;
  /** Whether the probe has a check or a group of a name. */
  readonly has: (name: string) => boolean;
  /** Reads the past of the checks; `undefined` where none is kept. */
  readonly history?: (() => History | undefined | Promise<History | undefined>) | undefined;
  /** The figures of the service, for formats that scrapers read. */
  readonly figures?: Figures | undefined;
}

/** A body with headers of its own. */
export interface WrittenBody {
  readonly body: string;
  /** Headers besides those of every response; a caller that presents the `ETag` receives a 304. */
  readonly headers: Readonly<Record<string, string>>;
  /** The HTTP status, where a function of the service decides it; so it does the media type then. */
  readonly status?: number;
  /** The media type; empty for a response without a body. */
  readonly mediaType?: string;
}

/** A format of response bodies. */
export interface Format {
  /** The name in `?format=`. */
  readonly name: string;
  /** The value of `Content-Type`. */
  readonly mediaType: string;
  /** Whether `Accept` never chooses it, because other formats share its media type. */
  readonly byNameAlone?: true;
  /**
   * Whether it is for scrapers: the HTTP status is always 200, because they discard every other response, and
   * results are reused for longer.
   */
  readonly always200?: true;
  /** Whether each body is written anew. */
  readonly uncached?: true;
  /** Writes the body, or resolves to it where the format is loaded on first use. */
  write(report: Report, exposure: Exposure, query?: FormatQuery): string | Promise<WrittenBody>;
}

/** A format that is loaded with hale, and writes at once. */
export interface LoadedFormat extends Format {
  write(report: Report, exposure: Exposure, query?: FormatQuery): string;
}

/** A format that is loaded on first use. */
export interface LazyFormat extends Format {
  write(report: Report, exposure: Exposure, query?: FormatQuery): Promise<WrittenBody>;
}
