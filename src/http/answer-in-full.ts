import { HOP_GROUP, HOP_HEADER } from "../contract/hop.ts";
import type { HealthResponse } from "../contract/http.ts";
import { methodNotAllowed, noSuchCheck } from "./error-responses.ts";
import type { HandlerTools, Inquiry } from "./handler.ts";
import { negotiate } from "./negotiate.ts";
import { resolveExposure } from "./resolve-exposure.ts";
import { statusAndHeaders } from "./response-options.ts";
import { createAnswer, isMethod } from "./responses.ts";

/** URLs whose answers are kept; anybody may ask for others, with a query that means nothing. */
const MOST_KEPT = 100;

/**
 * Answers a request that asks for more than a verdict in the default format, or for something that
 * there is not. It is loaded for the first of these.
 */
export async function answerInFull(
  tools: HandlerTools,
  { request, question, query, wish }: Inquiry,
): Promise<HealthResponse> {
  const { access, reporter, lasts, shows, deliver, standard, manner } = tools;
  const { method } = request;
  if (!isMethod(method)) return methodNotAllowed();
  const hop = Boolean(request.header(HOP_HEADER));
  // Checks that ask another health are left out, or two that ask each other would wait for themselves.
  const asked = hop ? { ...question, exclude: [...question.exclude, HOP_GROUP] } : question;
  // A rule of the service's own may take as long as the runs; together they are on time.
  const unsure = access.known(request, question.probe) === undefined;
  const settled = unsure ? reporter.refresh(asked) : undefined;
  const exposure = await resolveExposure(access, request, question.probe);
  if (!shows(exposure, question)) return noSuchCheck()[method];
  // What cannot be loaded must not become an outage.
  const formats = await tools.formats().catch(() => undefined);
  const chosen = formats ? negotiate(formats, { request, question, query, reporter }) : standard;
  if ("GET" in chosen) return chosen[method];
  const { report, version } = await (settled ?? reporter.refresh(asked));
  const found = report();
  const { status, headers } = statusAndHeaders(manner, found);
  const body = chosen.write(found, exposure);
  const answer = createAnswer(chosen.always200 ? 200 : status, chosen.mediaType, body, headers);
  // Who scrapes figures is not told by a status, and another service's check sends no traffic here: neither
  // is a prober that a drain has to tell.
  const tells = !chosen.always200 && !hop;
  const lasting =
    wish !== undefined &&
    request.probe === undefined &&
    // What a rule allows changes with the request, details with every run.
    !unsure &&
    exposure !== "details" &&
    // What is answered again is always told.
    (tells || question.probe !== "readiness") &&
    // The format that was asked for may yet be loaded.
    formats !== undefined &&
    reporter.isUnchanged(question, version);
  if (lasting) {
    const [oldest] = lasts.keys();
    if (lasts.size >= MOST_KEPT && oldest !== undefined) lasts.delete(oldest);
    lasts.set(request.url, { question, wish, version, answer });
  }
  return tells ? deliver(answer[method], question, request) : answer[method];
}
