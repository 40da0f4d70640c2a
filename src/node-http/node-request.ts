import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Health } from "../contract/health.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import { sharedState } from "../contract/shared-state.ts";

/** A Node request as hale looks at it: what is seldom asked for is read when it is. */
class NodeRequest implements HealthRequest {
  readonly method: string;
  readonly url: string;
  readonly raw: IncomingMessage;

  constructor(raw: IncomingMessage) {
    this.method = raw.method ?? "";
    this.url = raw.url ?? "";
    this.raw = raw;
  }

  get remoteAddress(): string | undefined {
    return this.raw.socket.remoteAddress;
  }

  get headers(): IncomingHttpHeaders {
    return this.raw.headers;
  }

  header(name: string): string | undefined {
    return headerOf(this.raw.headers, name);
  }
}

/** The requests that hale has answered within a framework: they are no traffic of the service. */
const probes = sharedState("probes", () => new WeakSet<IncomingMessage>());

/** Whether hale has answered a request within a framework. */
export function isProbe(request: IncomingMessage): boolean {
  return probes.has(request);
}

/** What answers requests: a health, or the part of one that does. */
export type ProbeHandler = Pick<Health, "handle">;

/** Asks hale. */
export function handleNodeRequest(
  health: ProbeHandler,
  request: IncomingMessage,
): ReturnType<Health["handle"]> {
  return health.handle(new NodeRequest(request));
}

/** Asks hale within a framework, through which the server sees its own requests and probes alike. */
export function handleFrameworkRequest(
  health: ProbeHandler,
  request: IncomingMessage,
): ReturnType<Health["handle"]> {
  const answer = handleNodeRequest(health, request);
  if (answer !== undefined) probes.add(request);
  return answer;
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
export function writeResponse(
  response: ServerResponse,
  answer: HealthResponse,
  flat: "flat" | undefined = undefined,
): void {
  // The client may have gone, or another listener may have answered, while a run was waited for.
  // Where it has closed its side, what is written goes nowhere, and costs Node much.
  if (response.headersSent || response.destroyed || response.socket?.writable === false) return;
  if (flat === undefined) response.writeHead(answer.status, answer.headers);
  else response.writeHead(answer.status, flatHeaders(answer) as string[]);
  response.end(answer.body);
}

/** One text for a header, which Node keeps as a list when it came more than once. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
