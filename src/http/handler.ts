import type { Exposure, Format } from "../contract/format.ts";
import { HOP_HEADER } from "../contract/hop.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import type { Report } from "../contract/report.ts";
import type { LazyReport, ProbeQuery, Reporter } from "../report/reporter.ts";
import { type Access, openTo } from "./access.ts";
import type { ResponseOptions } from "./response-options.ts";
import { type Answer, createAnswer, isMethod, type Method } from "./responses.ts";
import type { Route, Router } from "./routes.ts";
import { parseTarget, type Target } from "./target.ts";

/** What the handler is made of. */
export interface HandlerOptions {
  readonly router: Router;
  readonly access: Access;
  readonly manner: ResponseOptions;
  /** What a request gets that asks for nothing else; it writes no details. */
  readonly standard: Format;
  /** Loads every format, the default one first. */
  readonly formats: () => Promise<readonly [Format, ...Format[]]>;
  /** Readiness was answered, not for one check alone. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
  readonly reporter: Pick<Reporter, "has" | "isUnchanged" | "reportIfFresh" | "refresh">;
}

/** An answer, or the promise of one. */
type Answered = HealthResponse | Promise<HealthResponse>;

/** Answers a request; `undefined` when its path belongs to the application. */
export type Handler = (request: HealthRequest) => Answered | undefined;

/** What a URL was answered with, to who may see no details. */
interface Last {
  readonly question: ProbeQuery;
  /** What was wished for. */
  readonly wish: string;
  readonly version: number;
  readonly answer: Answer;
}

/** A request for a report, taken apart. */
export interface Inquiry {
  readonly request: HealthRequest;
  readonly question: ProbeQuery;
  readonly query: URLSearchParams;
  /** What it accepts; `undefined` where the answer is for nobody else. */
  readonly wish: string | undefined;
}

/** What of the handler those answers need that are loaded on demand. */
export interface HandlerTools extends HandlerOptions {
  /** The last answers, by the URL that was asked for. */
  readonly lasts: Map<string, Last>;
  /** Whether there is something to be seen: not that of a check that is not there, or not shown. */
  shows(exposure: Exposure, question: ProbeQuery): boolean;
  deliver(answer: HealthResponse, route: Route, request: HealthRequest): HealthResponse;
}

/** Makes the handler of one service. An answer that has not changed is not written again. */
export function createHandler(parts: HandlerOptions): Handler {
  const { router, access, standard, reporter } = parts;
  const lasts = new Map<string, Last>();
  const tools: HandlerTools = {
    ...parts,
    lasts,
    shows: (exposure, { probe, check }) =>
      check === undefined || (exposure !== "status" && reporter.has(probe, check)),
    deliver(answer, { probe, check }, request) {
      if (probe === "readiness" && check === undefined) parts.onReadiness(request, answer.status);
      return answer;
    },
  };
  const { shows, deliver } = tools;
  const { drainStatus, degradedStatus, envoy } = parts.manner;
  /** Whether some caller wants more than 200 and 503, which is loaded on demand. */
  const mannered = Boolean(drainStatus || degradedStatus || envoy);

  function write(report: Report, exposure: Exposure): Answer {
    const { mediaType } = standard;
    const body = standard.write(report, exposure);
    return createAnswer(report.status === "down" ? 503 : 200, mediaType, body);
  }

  /** The way of nearly every probe, so it is the shortest one. */
  function answerAgain(last: Last, request: HealthRequest): HealthResponse | undefined {
    const { method } = request;
    return isMethod(method) &&
      wishOf(request) === last.wish &&
      isBrief(access.known(request, last.question.probe)) &&
      reporter.isUnchanged(last.question, last.version)
      ? deliver(last.answer[method], last.question, request)
      : undefined;
  }

  function answer(request: HealthRequest, target: Target, { probe, check }: Route): Answered {
    const { method } = request;
    const exposure = access.known(request, probe);
    const query = new URLSearchParams(target.query);
    const question: ProbeQuery = { probe, check, exclude: query.getAll("exclude") };
    const wish = wishOf(request);
    const plain = wish === "" && !query.has("format") && !query.has("verbose");
    return plain && !mannered && isMethod(method) && isBrief(exposure) && shows(exposure, question)
      ? answerBriefly(request, method, question, exposure, target.path)
      : answerInFull({ request, question, query, wish });
  }

  function answerBriefly(
    request: HealthRequest,
    method: Method,
    question: ProbeQuery,
    exposure: Exposure,
    path?: string,
  ): Answered {
    const { url, probe } = request;
    const repeatable = question.check === undefined && probe === undefined && path === url;
    const answerWith = ({ report, version }: LazyReport) => {
      const last = repeatable ? lasts.get(url) : undefined;
      const known = last?.version === version && !last.wish;
      const answer = known ? last.answer : write(report(), exposure);
      if (repeatable && !known) lasts.set(url, { question, wish: "", version, answer });
      return deliver(answer[method], question, request);
    };
    const current = reporter.reportIfFresh(question);
    return current === undefined
      ? reporter.refresh(question).then(answerWith)
      : answerWith(current);
  }

  async function answerInFull(inquiry: Inquiry): Promise<HealthResponse> {
    const full = await import("./answer-in-full.ts").catch(() => undefined);
    if (full !== undefined) return full.answerInFull(tools, inquiry);
    // What cannot be loaded must not become an outage, nor show anybody more.
    const { request, question } = inquiry;
    const { method } = request;
    if (!isMethod(method)) return createAnswer(405, "text/plain", "").OPTIONS;
    const { probe } = question;
    const exposure = access.known(request, probe) ?? openTo(access.expose, probe) ?? "status";
    return shows(exposure, question)
      ? answerBriefly(request, method, question, exposure)
      : createAnswer(404, "text/plain", "")[method];
  }

  return (request) => {
    const { url, probe } = request;
    if (probe !== undefined) return answer(request, parseTarget(url), { probe, check: undefined });
    const last = lasts.get(url);
    const again = last && answerAgain(last, request);
    if (again !== undefined) return again;
    const target = parseTarget(url);
    const route = router(target.path);
    return route && answer(request, target, route);
  };
}

/** Whether nothing may be seen that changes with time, and it is known at once what may be. */
function isBrief(exposure: Exposure | undefined): exposure is "status" | "checks" {
  return exposure === "status" || exposure === "checks";
}

/**
 * What a request accepts: the empty text where that is the standard format, as nearly every prober's is,
 * and nothing for the check of another health, which is answered for itself.
 */
function wishOf(request: HealthRequest): string | undefined {
  const accept = request.header("accept");
  if (request.header(HOP_HEADER)) return undefined;
  return !accept || accept === "*/*" || accept === "application/json" ? "" : accept;
}
