import type { Exposure, Format } from "../contract/format.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import type { Report } from "../contract/report.ts";
import type { Answerable, Question, Reporter } from "../report/reporter.ts";
import type { Access } from "./access.ts";
import {
  type Answer,
  createAnswer,
  isMethod,
  methodNotAllowed,
  noSuchCheck,
  unknownFormat,
} from "./responses.ts";
import type { Route, Router } from "./routes.ts";
import { parseTarget, type Target } from "./target.ts";

/** What the handler is made of. */
export interface HandlerParts {
  readonly router: Router;
  readonly access: Access;
  /** The first one is the default. */
  readonly formats: readonly [Format, ...Format[]];
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
  const { router, access, formats, reporter } = parts;
  const lasts = new Map<string, Last>();

  function write(report: Report, format: Format, exposure: Exposure): Answer {
    const status = report.status === "down" ? 503 : 200;
    return createAnswer(status, format.mediaType, format.write(report, exposure));
  }

  /** The way of nearly every probe, so it is the shortest one. */
  function answerAgain(last: Last, request: HealthRequest): HealthResponse | undefined {
    const { method } = request;
    return isMethod(method) &&
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
    const { format, exclude } = parseQuery(target.query, formats);
    if (format === undefined) return unknownFormat(formats.map(({ name }) => name))[method];

    const question: Question = { probe, check, exclude };
    const repeatable =
      exposure !== "details" &&
      check === undefined &&
      request.probe === undefined &&
      target.path === url;
    const answerWith = ({ report, version }: Answerable) => {
      const last = repeatable ? lasts.get(url) : undefined;
      const known = last?.version === version;
      const answer = known ? last.answer : write(report(), format, exposure);
      if (repeatable && !known) lasts.set(url, { question, version, answer });
      return deliver(answer[method], question, request);
    };
    const current = reporter.current(question);
    return current === undefined ? reporter.settle(question).then(answerWith) : answerWith(current);
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

const NO_NAMES: readonly string[] = [];

/** What the query says; `format` is `undefined` when it names one that does not exist. */
function parseQuery(
  query: string,
  formats: readonly [Format, ...Format[]],
): { format: Format | undefined; exclude: readonly string[] } {
  if (query === "") return { format: formats[0], exclude: NO_NAMES };
  const parameters = new URLSearchParams(query);
  const wanted = parameters.get("format");
  const format = wanted === null ? formats[0] : formats.find(({ name }) => name === wanted);
  return { format, exclude: parameters.getAll("exclude") };
}
