import type { Exposure, Format, FormatQuery } from "../contract/format.ts";
import { HOP_HEADER } from "../contract/hop.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import type { LazyReport, ProbeQuery, ReportSource } from "../report/reporter.ts";
import type { Access } from "./access.ts";
import { methodNotAllowed, noSuchCheck, unknownFormat } from "./error-responses.ts";
import { negotiate } from "./negotiate.ts";
import { type ResponseOptions, statusAndHeaders } from "./response-options.ts";
import { createResponses, isMethod, type Method, type MethodResponses } from "./responses.ts";
import type { Route, Router } from "./routes.ts";
import { parseTarget } from "./target.ts";

/** The parts of a handler. */
export interface HandlerOptions {
  readonly router: Router;
  readonly access: Access;
  readonly responses: ResponseOptions;
  /** Every format, the default one first. */
  readonly formats: readonly [Format, ...Format[]];
  readonly reporter: ReportSource;
  /** Called when whole readiness was reported to a caller that may send traffic. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
}

/** A function that handles a request, or returns `undefined` when the path belongs to the application. */
export type Handler = (
  request: HealthRequest,
) => HealthResponse | Promise<HealthResponse> | undefined;

/** A parsed request. */
interface ParsedRequest {
  readonly request: HealthRequest;
  readonly method: Method;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Whether the caller is a check of another health. */
  readonly hop: boolean;
  /** Whether it is a prober's usual request: for the default format, without a query that hale reads. */
  readonly plain: boolean;
}

/** The last responses of a route to plain requests, with the version and exposure that they were written for. */
interface CachedResponse {
  readonly version: number;
  readonly exposure: Exposure;
  readonly responses: MethodResponses;
}

/** The maximum number of `?exclude=` names that a format lists; any caller may send more. */
const MAX_LISTED = 100;

const NO_QUERY = new URLSearchParams();

/** Matches a query with a name that hale reads, or with an encoded name, which may be one of them. */
const READ_BY_HALE = /(?:^|&)(?:format|verbose|exclude)(?:[=&]|$)|[%+]/;

/** Makes the handler of one service. */
export function createHandler(options: HandlerOptions): Handler {
  const { router, access, formats, reporter, responses } = options;
  /** The responses to plain requests, one entry a route; all others are written for each request. */
  const responseCache = new Map<Route, CachedResponse>();

  function respond(
    parsed: ParsedRequest,
    exposure: Exposure,
    refreshed?: Promise<LazyReport>,
  ): HealthResponse | Promise<HealthResponse> {
    const { method, route } = parsed;
    if (!isVisible(route, exposure)) return noSuchCheck()[method];
    const query = queryOf(parsed, exposure);
    if (isKept(parsed, exposure)) {
      const cached = responseCache.get(route);
      if (cached?.exposure === exposure && reporter.isUnchanged(query, cached.version)) {
        return deliver(parsed, cached.responses);
      }
    }
    const format = negotiate(formats, parsed.query, parsed.accept);
    if (format === undefined) return unknownFormat(formats.map(({ name }) => name))[method];
    const write = (lazy: LazyReport) =>
      deliver(parsed, responsesOf(parsed, exposure, format, lazy), format.always200);
    const fresh = refreshed === undefined ? reporter.reportIfFresh(query) : undefined;
    return fresh === undefined ? (refreshed ?? reporter.refresh(query)).then(write) : write(fresh);
  }

  function responsesOf(
    parsed: ParsedRequest,
    exposure: Exposure,
    format: Format,
    { version, report }: LazyReport,
  ): MethodResponses {
    const { route } = parsed;
    const kept = isKept(parsed, exposure);
    const cached = kept ? responseCache.get(route) : undefined;
    // When many callers waited for one refresh, the first has written the response.
    if (cached?.version === version && cached.exposure === exposure) return cached.responses;
    const found = report();
    const body = format.write(found, exposure, formatQueryOf(parsed));
    const { status, headers } = statusAndHeaders(responses, found);
    const written = createResponses(
      format.always200 ? 200 : status,
      format.mediaType,
      body,
      headers,
    );
    if (kept) responseCache.set(route, { version, exposure, responses: written });
    return written;
  }

  /** Delivers a response. Scrapers and checks of other healths send no traffic, so a drain ignores them. */
  function deliver(
    { request, method, route, hop }: ParsedRequest,
    ofMethod: MethodResponses,
    isScraper = false,
  ): HealthResponse {
    const response = ofMethod[method];
    const isProber = !hop && !isScraper;
    if (route.probe === "readiness" && route.check === undefined && isProber) {
      options.onReadiness(request, response.status);
    }
    return response;
  }

  /** Whether a route exists for a caller: not for a check that the probe lacks, or that is not exposed. */
  function isVisible({ probe, check }: Route, exposure: Exposure): boolean {
    return check === undefined || (exposure !== "status" && reporter.has(probe, check));
  }

  /**
   * Makes the query for the reporter. Exclusions reveal names, so they need an exposure that shows names. Names
   * that the probe does not have are dropped, so that requests with any of them share one refresh.
   */
  function queryOf({ route, query, hop }: ParsedRequest, exposure: Exposure): ProbeQuery {
    const { probe, check } = route;
    const names = exposure === "status" ? [] : query.getAll("exclude");
    return { probe, check, exclude: names.filter((name) => reporter.has(probe, name)), hop };
  }

  function formatQueryOf({ route, query }: ParsedRequest): FormatQuery {
    const names = [...new Set(query.getAll("exclude"))].slice(0, MAX_LISTED);
    const excluded = names.filter((name) => reporter.has(route.probe, name));
    const unknown = names.filter((name) => !excluded.includes(name));
    return { verbose: query.has("verbose"), excluded, unknown };
  }

  return (request) => {
    const target = parseTarget(request.url);
    const route = router(target.path);
    if (route === undefined) return undefined;
    if (!isMethod(request.method)) return methodNotAllowed();
    const parsed = parse(request, request.method, route, target.query);
    const exposure = access.exposureOf(request, route.probe);
    if (!(exposure instanceof Promise)) return respond(parsed, exposure);
    // The checks run while the function of the service decides, so that the response is on time.
    const whole = reporter.refresh(queryOf(parsed, "status"));
    const visible = reporter.refresh(queryOf(parsed, "checks"));
    return exposure.then((found) => respond(parsed, found, found === "status" ? whole : visible));
  };
}

function parse(
  request: HealthRequest,
  method: Method,
  route: Route,
  rawQuery: string,
): ParsedRequest {
  const isRead = rawQuery !== "" && READ_BY_HALE.test(rawQuery);
  const query = isRead ? new URLSearchParams(rawQuery) : NO_QUERY;
  const accept = request.header("accept") ?? "";
  const hop = Boolean(request.header(HOP_HEADER));
  const isDefault = accept === "" || accept === "*/*" || accept === "application/json";
  return { request, method, route, query, accept, hop, plain: !isRead && isDefault && !hop };
}

function isKept({ plain, route }: ParsedRequest, exposure: Exposure): boolean {
  return plain && route.check === undefined && exposure !== "details" && !ON_WORKERD;
}
