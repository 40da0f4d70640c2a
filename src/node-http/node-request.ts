import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Health } from "../contract/health.ts";
import type { HealthRequest, HealthResponse } from "../contract/http.ts";
import { sharedState } from "../contract/shared-state.ts";

/** A Node request, as hale reads it; rarely needed properties are read on demand. */
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
    // The request of a mock, or of a shim of serverless functions, may have no socket.
    return this.raw.socket?.remoteAddress;
  }

  get headers(): IncomingHttpHeaders {
    return this.raw.headers;
  }

  header(name: string): string | undefined {
    return headerOf(this.raw.headers, name);
  }
}

/** The probe requests within frameworks, which are no traffic of the service. */
const probes = sharedState("probes", () => new WeakSet<IncomingMessage>());

/** Whether a request within a framework was a probe. */
export function isProbe(request: IncomingMessage): boolean {
  return probes.has(request);
}

/** The part of a health that handles requests. */
export type ProbeHandler = Pick<Health, "handle">;

/** Handles a Node request. */
export function handleNodeRequest(
  health: ProbeHandler,
  request: IncomingMessage,
): ReturnType<Health["handle"]> {
  return health.handle(new NodeRequest(request));
}

/** Handles a request within a framework, and marks it as a probe, because the server sees no difference. */
export function handleFrameworkRequest(
  health: ProbeHandler,
  request: IncomingMessage,
): ReturnType<Health["handle"]> {
  const answer = handleNodeRequest(health, request);
  if (answer !== undefined) probes.add(request);
  return answer;
}

const flattened = new WeakMap<HealthResponse, readonly string[]>();

/** Returns the headers as a flat list, which Node writes fastest; a response is written many times. */
function flatHeaders(answer: HealthResponse): readonly string[] {
  const known = flattened.get(answer);
  if (known !== undefined) return known;
  const flat = Object.entries(answer.headers).flat();
  flattened.set(answer, flat);
  return flat;
}

/** Whether a request was made of one of Node, and so is marked as a probe where it is one. */
export function isOfNode(request: HealthRequest): boolean {
  return "raw" in request;
}

/** Whether the client of a request has closed its connection. A write to it is lost, and is expensive in Node. */
export function isHungUp({
  socket,
  httpVersionMajor,
}: Pick<IncomingMessage, "socket" | "httpVersionMajor">): boolean {
  // With HTTP/2 it is the stream, whose writable side Node ends at once for HEAD.
  if (httpVersionMajor === 2) return false;
  // The request of a mock, or of a shim of serverless functions, may have no socket.
  return (socket as IncomingMessage["socket"] | undefined)?.writable === false;
}

/**
 * Writes a response, head and body in one write. `flat` is faster, but must not be used where a middleware
 * may have replaced `writeHead`: some replacements cannot read a list of headers.
 */
export function writeResponse(
  response: ServerResponse,
  answer: HealthResponse,
  flat: "flat" | undefined = undefined,
): void {
  // While a check ran, the client may have gone, or another listener may have responded.
  if (response.headersSent || response.destroyed || response.socket?.writable === false) return;
  if (flat === undefined) response.writeHead(answer.status, answer.headers);
  else response.writeHead(answer.status, flatHeaders(answer) as string[]);
  response.end(answer.body);
}

/** Returns a header, by its name in either case, as one text; Node keeps a list when it was sent more than once. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
