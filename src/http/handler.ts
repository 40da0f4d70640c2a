import type { Asked, Exposure, Format } from "../contract/format.ts";
import { HOP_HEADER } from "../contract/hop.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import type { LazyReport, ProbeQuery, ReportSource } from "../report/reporter.ts";
import type { Access } from "./access.ts";
import { methodNotAllowed, noSuchCheck, unknownFormat } from "./error-responses.ts";
import { negotiate } from "./negotiate.ts";
import { type ResponseOptions, statusAndHeaders } from "./response-options.ts";
import { type Answer, createAnswer, isMethod, type Method } from "./responses.ts";
import type { Route, Router } from "./routes.ts";
import { parseTarget } from "./target.ts";

/** What a handler is made of. */
export interface HandlerOptions {
  readonly router: Router;
  readonly access: Access;
  readonly responses: ResponseOptions;
  /** Every format, the default one first. */
  readonly formats: readonly [Format, ...Format[]];
  readonly reporter: ReportSource;
  /** Readiness was reported, whole, to a caller that may send traffic. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
}

/** Handles a request; `undefined` when its path belongs to the application. */
export type Handler = (
  request: HealthRequest,
) => HealthResponse | Promise<HealthResponse> | undefined;

/** A request, taken apart. */
interface ParsedRequest {
  readonly request: HealthRequest;
  readonly method: Method;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Whether it comes from a check of another health. */
  readonly hop: boolean;
  /** Whether it asks as probers do: for the default format, with no query that hale reads. */
  readonly plain: boolean;
}

/** The last response of a route to plain requests, and what it was written from. */
interface CachedResponse {
  readonly version: number;
  readonly exposure: Exposure;
  readonly answer: Answer;
}

/** Names of `?exclude=` that a format lists; any caller may send more. */
const MAX_LISTED = 100;

const NO_QUERY = new URLSearchParams();

/** A query with one of the names that hale reads, or with an encoded name, which may be one of them. */
const READ_BY_HALE = /(?:^|&)(?:format|verbose|exclude)(?:[=&]|$)|[%+]/;

/** Makes the handler of one service. */
export function createHandler(options: HandlerOptions): Handler {
  const { router, access, formats, reporter, responses } = options;
  /** One response is kept for each route asked as a prober asks; all others are written when asked. */
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
        return deliver(parsed, cached.answer);
      }
    }
    const format = negotiate(formats, parsed.query, parsed.accept);
    if (format === undefined) return unknownFormat(formats.map(({ name }) => name))[method];
    const write = (lazy: LazyReport) =>
      deliver(parsed, answerOf(parsed, exposure, format, lazy), format.always200);
    const fresh = refreshed === undefined ? reporter.reportIfFresh(query) : undefined;
    return fresh === undefined ? (refreshed ?? reporter.refresh(query)).then(write) : write(fresh);
  }

  function answerOf(
    parsed: ParsedRequest,
    exposure: Exposure,
    format: Format,
    { version, report }: LazyReport,
  ): Answer {
    const { route } = parsed;
    const kept = isKept(parsed, exposure);
    const cached = kept ? responseCache.get(route) : undefined;
    // Of many callers that waited for one refresh, the first has written the answer.
    if (cached?.version === version && cached.exposure === exposure) return cached.answer;
    const found = report();
    const body = format.write(found, exposure, askedOf(parsed));
    const { status, headers } = statusAndHeaders(responses, found);
    const answer = createAnswer(format.always200 ? 200 : status, format.mediaType, body, headers);
    if (kept) responseCache.set(route, { version, exposure, answer });
    return answer;
  }

  /** Scrapers and checks of other healths send no traffic, so a drain does not wait for them. */
  function deliver(
    { request, method, route, hop }: ParsedRequest,
    answer: Answer,
    isScraper = false,
  ): HealthResponse {
    const response = answer[method];
    const isProber = !hop && !isScraper;
    if (route.probe === "readiness" && route.check === undefined && isProber) {
      options.onReadiness(request, response.status);
    }
    return response;
  }

  /** A check that the probe does not have, or that the caller may not see, is not there. */
  function isVisible({ probe, check }: Route, exposure: Exposure): boolean {
    return check === undefined || (exposure !== "status" && reporter.has(probe, check));
  }

  /**
   * What is excluded tells whether there is a check of that name, so it counts for callers who may see names.
   * Names that the probe does not have make no query of their own: however many of them are sent, all who ask
   * share one refresh.
   */
  function queryOf({ route, query, hop }: ParsedRequest, exposure: Exposure): ProbeQuery {
    const { probe, check } = route;
    const names = exposure === "status" ? [] : query.getAll("exclude");
    return { probe, check, exclude: names.filter((name) => reporter.has(probe, name)), hop };
  }

  function askedOf({ route, query }: ParsedRequest): Asked {
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
    // The runs take their time beside the function of the service, so that the response is on time.
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
