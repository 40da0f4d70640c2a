import type { HealthResponse } from "../contract/http.ts";
import { complaint, methodNotAllowed, noSuchCheck } from "./complaints.ts";
import type { HandlerTools, Inquiry } from "./handler.ts";
import { judge } from "./judge.ts";
import { negotiate } from "./negotiate.ts";
import { isMethod } from "./responses.ts";

/**
 * Answers a request that asks for more than a verdict in the default format, or for something that
 * there is not. It is loaded for the first of these.
 */
export async function answerInFull(
  tools: HandlerTools,
  { request, question, query }: Inquiry,
): Promise<HealthResponse> {
  const { access, reporter, shows, write, deliver, standard } = tools;
  const { method } = request;
  if (!isMethod(method)) return methodNotAllowed();
  // A rule of the service's own may take as long as the runs; together they are on time.
  const unsure = access.known(request, question.probe) === undefined;
  const settled = unsure ? reporter.settle(question) : undefined;
  const exposure = await judge(access, request, question.probe);
  if (!shows(exposure, question)) return noSuchCheck()[method];
  // What cannot be loaded must not become an outage.
  const chosen = await tools.formats().then(
    (formats) => negotiate(formats, { request, question, query, reporter }),
    () => standard,
  );
  if ("code" in chosen) return complaint(400, chosen)[method];
  const { report } = await (settled ?? reporter.settle(question));
  const answer = write(report(), chosen, exposure)[method];
  // Who scrapes figures is not told by a status, so is no prober that a drain has to tell.
  return chosen.always200 ? answer : deliver(answer, question, request);
}
