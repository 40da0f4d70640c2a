import type { HaleError } from "../contract/errors.ts";
import type { Exposure, Format } from "../contract/format.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import type { Report } from "../contract/report.ts";
import type { Answerable, Question, Reporter } from "../report/reporter.ts";
import type { Access } from "./access.ts";
import type { Wish } from "./negotiate.ts";
import {
  type Answer,
  complaint,
  createAnswer,
  isMethod,
  type Method,
  methodNotAllowed,
  noSuchCheck,
} from "./responses.ts";
import type { Route, Router } from "./routes.ts";
import { parseTarget, type Target } from "./target.ts";

/** What the handler is made of. */
export interface HandlerParts {
  readonly router: Router;
  readonly access: Access;
  /** What a request gets that asks for nothing else. */
  readonly standard: Format;
  /** Chooses for a request that may ask for another; what that takes is loaded on demand. */
  readonly choose: (wish: Wish) => Promise<Format | HaleError>;
  /** Readiness was answered, not for one check alone. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
  readonly reporter: Pick<Reporter, "has" | "holds" | "current" | "settle">;
}

/** An answer, or the promise of one. */
type Answered = HealthResponse | Promise<HealthResponse>;

/** Answers a request; `undefined` when its path belongs to the application. */
export type Handler = (request: HealthRequest) => Answered | undefined;

/** What a path was answered with, without a query and without a token. */
interface Last {
  readonly question: Question;
  readonly version: number;
  readonly answer: Answer;
}

/** Makes the handler of one service. An answer that has not changed is not written again. */
export function createHandler(parts: HandlerParts): Handler {
  const { router, access, standard, reporter } = parts;
  const lasts = new Map<string, Last>();

  function write(report: Report, format: Format, exposure: Exposure): Answer {
    const status = report.status === "down" && !format.always200 ? 503 : 200;
    return createAnswer(status, format.mediaType, format.write(report, exposure));
  }

  /** The way of nearly every probe, so it is the shortest one. */
  function answerAgain(last: Last, request: HealthRequest): HealthResponse | undefined {
    const { method } = request;
    return isMethod(method) &&
      acceptsStandard(request) &&
      access(request) !== "details" &&
      reporter.holds(last.question, last.version)
      ? deliver(last.answer[method], last.question, request)
      : undefined;
  }

  function deliver(answer: HealthResponse, { probe, check }: Route, request: HealthRequest) {
    if (probe === "readiness" && check === undefined) parts.onReadiness(request, answer.status);
    return answer;
  }

  function answer(request: HealthRequest, target: Target, { probe, check }: Route): Answered {
    const { method, url } = request;
    if (!isMethod(method)) return methodNotAllowed();
    const exposure = access(request);
    if (check !== undefined && (exposure === "status" || !reporter.has(probe, check))) {
      return noSuchCheck()[method];
    }
    const query = new URLSearchParams(target.query);
    const question: Question = { probe, check, exclude: query.getAll("exclude") };
    const plain = acceptsStandard(request) && !query.has("format") && !query.has("verbose");
    if (!plain) return answerInOther(request, method, question, query, exposure);

    const repeatable =
      exposure !== "details" &&
      check === undefined &&
      request.probe === undefined &&
      target.path === url;
    const answerWith = ({ report, version }: Answerable) => {
      const last = repeatable ? lasts.get(url) : undefined;
      const known = last?.version === version;
      const answer = known ? last.answer : write(report(), standard, exposure);
      if (repeatable && !known) lasts.set(url, { question, version, answer });
      return deliver(answer[method], question, request);
    };
    const current = reporter.current(question);
    return current === undefined ? reporter.settle(question).then(answerWith) : answerWith(current);
  }

  async function answerInOther(
    request: HealthRequest,
    method: Method,
    question: Question,
    query: URLSearchParams,
    exposure: Exposure,
  ): Promise<HealthResponse> {
    // What cannot be loaded must not become an outage.
    const chosen = await parts.choose({ request, question, query, reporter }).catch(() => standard);
    if ("code" in chosen) return complaint(400, chosen)[method];
    const { report } = await reporter.settle(question);
    const answer = write(report(), chosen, exposure)[method];
    // Who scrapes figures is not told by a status, so is no prober that a drain has to tell.
    return chosen.always200 ? answer : deliver(answer, question, request);
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

/** Whether `Accept` asks for nothing but the standard format, as nearly every prober does. */
function acceptsStandard(request: HealthRequest): boolean {
  const accept = request.header("accept");
  return !accept || accept === "*/*" || accept === "application/json";
}
