import type { WarningCode } from "../contract/errors.ts";
import type { Figures } from "../contract/figures.ts";
import type {
  Exposure,
  Format,
  FormatFunction,
  LoadedFormat,
  WrittenBody,
} from "../contract/format.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { withDeadline } from "../contract/with-deadline.ts";
import type { LazyReport, ProbeQuery, ReportSource } from "../report/reporter.ts";
import type { Access } from "./access.ts";
import { isCurrent } from "./conditional.ts";
import { methodNotAllowed, noSuchCheck, unknownFormat } from "./error-responses.ts";
import { probeQueryOf } from "./exclude.ts";
import { negotiate } from "./negotiate.ts";
import { parseTarget } from "./parse-target.ts";
import { ParsedRequest } from "./parsed-request.ts";
import type { RuleContext } from "./resolve-exposure.ts";
import { type ResponseOptions, statusAndHeaders } from "./response-options.ts";
import { createResponses, isMethod, type MethodResponses } from "./responses.ts";
import type { Route, Router } from "./router.ts";
import { scrapeMaxAge } from "./scrape.ts";
import { serviceFormatOf } from "./service-format.ts";

/** The parts of a handler. */
export interface HandlerOptions {
  readonly router: Router;
  readonly access: Access;
  readonly responses: ResponseOptions;
  /** Every format, the default one first. */
  readonly formats: readonly [LoadedFormat, ...Format[]];
  readonly reporter: ReportSource;
  readonly clock: RuleContext["clock"] & { now(): number };
  /** Milliseconds within which every request is answered. */
  readonly deadline: number;
  /** Called when whole readiness was reported to a caller that may send traffic. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
  /** Called when a request belongs to the application. */
  readonly onPassed?: ((request: HealthRequest, path: string) => void) | undefined;
  /** Called when a response to a probe is ready; scrapes are no probes. */
  readonly onResponse: (route: Route, status: number) => void;
  /** Called when a format that is loaded on first use could not be loaded, or not written. */
  readonly onFormatFailed: (format: string, failure: unknown) => void;
  /** Logs a warning once. */
  readonly warnOnce: (text: string, fields: { readonly code: WarningCode }) => void;
  /** Collects the figures for a scraper. */
  readonly figures: () => Figures;
}

/** A function that handles a request, or returns `undefined` when the path belongs to the application. */
export type Handler = (
  request: HealthRequest,
) => HealthResponse | Promise<HealthResponse> | undefined;

/** The last responses of a route to plain requests, with the version and exposure that they were written for. */
interface CachedResponse {
  readonly version: number;
  readonly exposure: Exposure;
  readonly responses: Writing;
}

/** Responses, or the promise of those that a format is writing. */
type Writing = MethodResponses | Promise<MethodResponses>;

/**
 * Milliseconds within which a format that the caller has chosen must be written. Longer than the deadline, which counts
 * for the format of the service: the first page or scrape may be slow to load.
 */
const LOAD_LIMIT = 10_000;

/** The name of a format that is a function, in the log. */
const OF_SERVICE = "of the service";

/** Makes the handler of one service. */
export function createHandler(options: HandlerOptions): Handler {
  const { router, access, formats, reporter, responses, clock, deadline } = options;
  /** The responses to plain requests, one entry a route; all others are written for each request. */
  const responseCache = new Map<Route, CachedResponse>();
  const loadFunctionWriter = () => import("./write-by-function.ts");
  /**
   * Loaded at start-up, so that the first probe neither waits for it nor finds that it cannot be loaded; on workerd, where no
   * request may wait for another one, in each request.
   */
  const functionWriter =
    !ON_WORKERD &&
    PROBES.some((probe) => typeof serviceFormatOf(responses.format, probe) === "function")
      ? loadFunctionWriter()
      : undefined;
  functionWriter?.catch((failure) => options.onFormatFailed(OF_SERVICE, failure));

  function respond(
    parsed: ParsedRequest,
    exposure: Exposure,
    refreshed?: Promise<LazyReport>,
    begun?: number,
  ): HealthResponse | Promise<HealthResponse> {
    const { method, route } = parsed;
    const send = (made: Writing, isScraper?: true): HealthResponse | Promise<HealthResponse> =>
      made instanceof Promise
        ? made.then((found) => send(found, isScraper))
        : deliver(parsed, made, isScraper);
    if (!isVisible(route, exposure)) return refuse(route, noSuchCheck()[method]);
    if (isKept(parsed, exposure)) {
      const cached = responseCache.get(route);
      const query = probeQueryOf(parsed, exposure, reporter);
      if (cached?.exposure === exposure && reporter.isUnchanged(query, cached.version)) {
        return send(cached.responses);
      }
    }
    const format = formatOf(parsed);
    if (format === undefined) {
      return refuse(route, unknownFormat(formats.map(({ name }) => name))[method]);
    }
    const query = queryOf(parsed, exposure);
    const start = begun ?? clock.now();
    const write = (lazy: LazyReport) =>
      send(responsesOf(parsed, exposure, format, lazy, start), format.always200);
    const fresh = refreshed === undefined ? reporter.reportIfFresh(query) : undefined;
    return fresh === undefined ? (refreshed ?? reporter.refresh(query)).then(write) : write(fresh);
  }

  function responsesOf(
    parsed: ParsedRequest,
    exposure: Exposure,
    format: Format,
    { version, report }: LazyReport,
    start: number,
  ): Writing {
    const { route } = parsed;
    const kept = isKept(parsed, exposure) && !format.uncached;
    const cached = kept ? responseCache.get(route) : undefined;
    // When many callers waited for one refresh, the first has written the response, or is writing it.
    if (cached?.version === version && cached.exposure === exposure) return cached.responses;
    const found = report();
    const figures = format.always200 && options.figures();
    const { status: verdict, headers } = statusAndHeaders(responses, found);
    const finish = ({
      body,
      headers: own = {},
      status = format.always200 ? 200 : verdict,
      mediaType = format.mediaType,
    }: Partial<WrittenBody> & Pick<WrittenBody, "body">) => {
      const all = { ...headers, ...own };
      return keep(
        status < 300 && isCurrent(parsed, own.ETag)
          ? createResponses(304, "", "", all)
          : createResponses(status, mediaType, body, all),
      );
    };
    const keep = (made: Writing) => {
      if (kept) responseCache.set(route, { version, exposure, responses: made });
      return made;
    };
    const written = format.write(found, exposure, {
      parameters: parsed.query,
      has: (name) => reporter.has(route.probe, name),
      history: reporter.history,
      figures,
    });
    if (typeof written === "string") return finish({ body: written });
    // What is loaded on first use may hang in loading.
    const isOwn = format.name === OF_SERVICE || format === serviceFormat(route.probe);
    const limit = isOwn ? deadline : LOAD_LIMIT;
    const inTime = withDeadline(clock, Math.max(0, start + limit - clock.now()), written, () => {
      throw new Error(`did not return within ${limit} ms`);
    });
    return keep(
      inTime.then(finish, (failure) => {
        // The next caller tries again.
        responseCache.delete(route);
        options.onFormatFailed(format.name, failure);
        const [{ mediaType, write }] = formats;
        return createResponses(verdict, mediaType, write(found, exposure), headers);
      }),
    );
  }

  /** Makes the format of a function of the service. */
  function formatByFunction(write: FormatFunction): Format {
    return {
      name: OF_SERVICE,
      mediaType: "",
      uncached: true,
      async write(report, exposure) {
        const { status } = statusAndHeaders(responses, report);
        const { writeByFunction } = await (functionWriter ?? loadFunctionWriter());
        return writeByFunction(write, report, exposure, status, options);
      },
    };
  }

  /** Delivers a response. Scrapers and checks of other healths send no traffic, so a drain ignores them. */
  function deliver(
    { request, method, route, hop }: ParsedRequest,
    ofMethod: MethodResponses,
    isScraper = false,
  ): HealthResponse {
    const response = ofMethod[method];
    if (isScraper) return response;
    options.onResponse(route, response.status);
    if (route.probe === "readiness" && route.check === undefined && !hop) {
      options.onReadiness(request, response.status);
    }
    return response;
  }

  function refuse(route: Route, response: HealthResponse): HealthResponse {
    options.onResponse(route, response.status);
    return response;
  }

  /**
   * Finds the format of a response; that of the service takes the place of json, unless the query names json, or a
   * check of another health reads the response.
   */
  function formatOf({ query, accept, route, hop }: ParsedRequest): Format | undefined {
    const format = negotiate(formats, query, accept);
    const isDefault = format === formats[0] && !query.has("format") && !hop;
    return isDefault ? serviceFormat(route.probe) : format;
  }

  function serviceFormat(probe: Probe): Format {
    const chosen = serviceFormatOf(responses.format, probe);
    if (typeof chosen === "function") return formatByFunction(chosen);
    return formats.find(({ name }) => name === chosen) ?? formats[0];
  }

  /** Makes the query for the reporter: a scraper accepts older results. */
  function queryOf(parsed: ParsedRequest, exposure: Exposure): ProbeQuery {
    const maxAge = formatOf(parsed)?.always200 && scrapeMaxAge(responses);
    return { ...probeQueryOf(parsed, exposure, reporter), maxAge };
  }

  /** Whether a route exists for a caller: not for a check that the probe lacks, or that is not exposed. */
  function isVisible({ probe, check }: Route, exposure: Exposure): boolean {
    return check === undefined || (exposure !== "status" && reporter.has(probe, check));
  }

  return (request) => {
    const target = parseTarget(request.url);
    const route = router(target.path);
    if (route === undefined) {
      options.onPassed?.(request, target.path);
      return undefined;
    }
    if (!isMethod(request.method)) return refuse(route, methodNotAllowed());
    const parsed = new ParsedRequest(request, request.method, route, target.query);
    const exposure = access.exposureOf(request, route.probe);
    if (!(exposure instanceof Promise)) return respond(parsed, exposure);
    // The checks run while the function of the service decides, so that the response is on time.
    const start = clock.now();
    const visible = reporter.refresh(queryOf(parsed, "checks"));
    return exposure.then((found) => {
      if (found !== "status" || !parsed.query.has("exclude")) {
        return respond(parsed, found, visible, start);
      }
      // This caller excludes nothing after all, so the other checks run in the time that is left.
      const whole = queryOf(parsed, found);
      const rest = reporter.refresh(whole, start + deadline - clock.now());
      return respond(parsed, found, rest, start);
    });
  };
}

function isKept({ plain, route }: ParsedRequest, exposure: Exposure): boolean {
  return plain && route.check === undefined && exposure !== "details" && !ON_WORKERD;
}
