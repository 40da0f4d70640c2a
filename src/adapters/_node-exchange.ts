import type { IncomingMessage, ServerResponse } from "node:http";
import type { Health } from "../contract/health.ts";
import type { HealthResponse } from "../contract/http.ts";

/** The parts of a Node request that hale looks at. */
export function askedBy(
  health: Health,
  { method = "", url = "", headers }: IncomingMessage,
): ReturnType<Health["handle"]> {
  return health.handle({ method, url, header: (name) => textOf(headers[name]) });
}

const flattened = new WeakMap<HealthResponse, readonly string[]>();

/** The headers as Node takes them without looking at each; an answer is written many times. */
function flatHeaders(answer: HealthResponse): readonly string[] {
  const known = flattened.get(answer);
  if (known !== undefined) return known;
  const flat = Object.entries(answer.headers).flat();
  flattened.set(answer, flat);
  return flat;
}

/**
 * Writes an answer, head and body in one write. `flat` is faster, but not for a response whose
 * `writeHead` a middleware may have replaced: some of those cannot read headers in a list.
 */
export function writeAnswer(
  response: ServerResponse,
  answer: HealthResponse,
  flat: "flat" | undefined = undefined,
): void {
  // The client may have gone, or another listener may have answered, while a run was waited for.
  if (response.headersSent || response.destroyed) return;
  if (flat === undefined) response.writeHead(answer.status, answer.headers);
  else response.writeHead(answer.status, flatHeaders(answer) as string[]);
  response.end(answer.body);
}

/** One text for a header, which Node keeps as a list when it came more than once. */
export function textOf(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
