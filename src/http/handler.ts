import type { Exposure, Format } from "../contract/format.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import type { Probe } from "../contract/probe.ts";
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
import { parseTarget } from "./target.ts";

/** What the handler is made of. */
export interface HandlerParts {
  readonly router: Router;
  readonly access: Access;
  /** The first one is the default. */
  readonly formats: readonly [Format, ...Format[]];
  readonly reporter: Pick<Reporter, "has" | "current" | "settle">;
}

/** Answers a request; `undefined` when its path belongs to the application. */
export type Handler = (
  request: HealthRequest,
) => HealthResponse | undefined | Promise<HealthResponse>;

interface Kept {
  readonly version: number;
  readonly answer: Answer;
}

/** Makes the handler of one service. An answer that has not changed is not written again. */
export function createHandler({ router, access, formats, reporter }: HandlerParts): Handler {
  const kept = new WeakMap<Route, Kept>();
  const rooted = new Map<Probe, Route>();

  function routeOf(request: HealthRequest, path: string): Route | undefined {
    const { probe } = request;
    if (probe === undefined) return router(path);
    const route = rooted.get(probe) ?? { probe, check: undefined };
    rooted.set(probe, route);
    return route;
  }

  function write(report: Report, format: Format, exposure: Exposure): Answer {
    const status = report.status === "down" ? 503 : 200;
    return createAnswer(status, format.mediaType, format.write(report, exposure));
  }

  function keptOrWritten(
    route: Route,
    { version, report }: Answerable,
    format: Format,
    exposure: Exposure,
  ): Answer {
    const known = kept.get(route);
    if (known?.version === version) return known.answer;
    const answer = write(report(), format, exposure);
    kept.set(route, { version, answer });
    return answer;
  }

  return (request) => {
    const { path, query } = parseTarget(request.url);
    const route = routeOf(request, path);
    if (route === undefined) return undefined;
    const { method } = request;
    if (!isMethod(method)) return methodNotAllowed();
    const exposure = access(request);
    const { probe, check } = route;
    if (check !== undefined && (exposure === "status" || !reporter.has(probe, check))) {
      return noSuchCheck()[method];
    }
    const { format, exclude } = parseQuery(query, formats);
    if (format === undefined) return unknownFormat(formats.map(({ name }) => name))[method];

    const repeatable = exposure !== "details" && format === formats[0] && exclude.length === 0;
    const answer = (answerable: Answerable) =>
      repeatable
        ? keptOrWritten(route, answerable, format, exposure)[method]
        : write(answerable.report(), format, exposure)[method];
    const question: Question = { probe, check, exclude };
    const current = reporter.current(question);
    return current === undefined ? reporter.settle(question).then(answer) : answer(current);
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
